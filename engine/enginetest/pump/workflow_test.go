package pump_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

var id, from, to = uuid.New(), uuid.New(), uuid.New()

func on(e event.Event) event.Recorded { return spec.On("pump", id, e) }

func TestWorkflow(t *testing.T) {
	t.Parallel()
	asked := on(pump.Asked{From: from, To: to, Amount: 3})
	taken, given := spec.On("vessel", from, pump.Taken{Pump: id, Amount: 3}), spec.On("vessel", to, pump.Put{Pump: id, Amount: 3})
	back := spec.On("vessel", from, pump.Put{Pump: id, Amount: 3, Back: true})
	giveBack := workflow.Command{Stream: from, Command: pump.GiveBack{Pump: id, Amount: 3}}
	w := spec.NewWorkflow(t, pump.Workflow)
	w.Reacts("water is taken", nil, asked,
		workflow.Command{Stream: from, Command: pump.Take{Pump: id, Amount: 3}}, workflow.After{Name: "patience", Wait: pump.Patience})
	w.Reacts("the pump is filled", []event.Recorded{asked}, taken, workflow.Command{Command: pump.Fill{}})
	w.Reacts("water is given", []event.Recorded{asked, taken}, on(pump.Filled{}),
		workflow.Cancel{Name: "patience"}, workflow.Command{Stream: to, Command: pump.Give{Pump: id, Amount: 3}})
	w.Reacts("the pump is emptied", []event.Recorded{asked, taken, on(pump.Filled{})}, given, workflow.Command{Command: pump.Empty{}})
	w.Reacts("there is no room", []event.Recorded{asked, taken, on(pump.Filled{})}, on(pump.Rejected{Code: "full"}), giveBack)
	w.Reacts("the pump was filled too late", []event.Recorded{asked, on(pump.Expired{}), taken}, on(pump.Filled{}), giveBack)
	w.Reacts("the water is back", []event.Recorded{asked, taken, on(pump.Filled{}), on(pump.Rejected{})}, back, workflow.Command{Command: pump.Return{}})
	w.Quiet("the pump has expired", []event.Recorded{asked}, on(pump.Expired{}))
	w.Ignores("water that is poured by hand", spec.On("vessel", from, pump.Put{Amount: 3}))
	w.Tells("the vessel is empty", refused(pump.Take{}, "empty"), pump.Refuse{Code: "empty"})
	w.Tells("the vessel is full", refused(pump.Give{}, "full"), pump.Reject{Code: "full"})
	w.Tells("it takes too long", workflow.Fired{Name: "patience"}, pump.Expire{})
	w.Tells("a refusal that can't be", refused(pump.GiveBack{}, "x"), nil)
	w.Ends("emptied", asked, taken, on(pump.Filled{}), given, on(pump.Emptied{}))
	w.Ends("refused", asked, on(pump.Refused{Code: "empty"}))
	w.GoesOn("an expired pump may be filled by a job that was late", asked, on(pump.Expired{}))
}

func refused(c any, code string) workflow.Refused {
	return workflow.Refused{Command: c, Rejection: event.Rejection{Code: code}}
}

func TestPumps(t *testing.T) {
	t.Parallel()
	d := spec.NewDecider(t, pump.DecidePump, pump.EvolvePump)
	ask := pump.Ask{From: from, To: to, Amount: 3}
	d.Allows("ask", nil, ask, pump.Asked(ask))
	d.Quiet("ask again", []event.Event{pump.Asked(ask)}, ask)
	d.Allows("fill", []event.Event{pump.Asked(ask)}, pump.Fill{}, pump.Filled{})
	d.Allows("fill too late", []event.Event{pump.Asked(ask), pump.Expired{}}, pump.Fill{}, pump.Filled{})
	d.Quiet("expire too late", []event.Event{pump.Asked(ask), pump.Filled{}}, pump.Expire{})
	d.Quiet("refuse what is filled", []event.Event{pump.Asked(ask), pump.Filled{}}, pump.Refuse{Code: "empty"})
	v := spec.NewDecider(t, pump.DecideVessel, pump.EvolveVessel)
	v.Refuses("take from no vessel", nil, pump.Take{Amount: 1}, spec.NotFound)
	v.Refuses("take more than there is", []event.Event{pump.Built{Capacity: 5}}, pump.Take{Amount: 1}, "empty")
	v.Refuses("give more than there is room", []event.Event{pump.Built{Capacity: 5}}, pump.Give{Amount: 6}, "full")
	v.Allows("give back beyond the capacity", []event.Event{pump.Built{Capacity: 5}}, pump.GiveBack{Pump: id, Amount: 6}, pump.Put{Pump: id, Amount: 6, Back: true})
}
