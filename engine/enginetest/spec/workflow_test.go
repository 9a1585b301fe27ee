package spec_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	pumping "example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// The cases of a workflow say what is to be done after an event, and what an instance is told.
func ExampleNewWorkflow() { //nolint:testableexamples // the cases are subtests, and an example has no testing.T
	var t *testing.T // of the test function
	id, from, to := uuid.New(), uuid.New(), uuid.New()
	asked := spec.On("pump", id, pumping.Asked{From: from, To: to, Amount: 3})

	w := spec.NewWorkflow(t, pumping.Workflow)
	w.Reacts("water is taken", nil, asked,
		workflow.Command{Stream: from, Command: pumping.Take{Pump: id, Amount: 3}},
		workflow.After{Name: "patience", Wait: pumping.Patience})
	w.Tells("the vessel is empty", workflow.Refused{Command: pumping.Take{}, Rejection: event.Rejection{Code: "empty"}}, pumping.Refuse{Code: "empty"})
	w.Tells("it takes too long", workflow.Fired{Name: "patience"}, pumping.Expire{})
	w.Ends("refused", asked, spec.On("pump", id, pumping.Refused{Code: "empty"}))
}

// secretive returns a workflow whose state has a field that JSON does not contain.
func secretive() workflow.Workflow[struct{ hidden int }] {
	return workflow.Workflow[struct{ hidden int }]{
		Name:      "secretive",
		Correlate: func(e event.Recorded) (uuid.UUID, bool) { return e.StreamID, e.StreamType == "pump" },
		Evolve: func(s struct{ hidden int }, _ event.Event) struct{ hidden int } {
			s.hidden++
			return s
		},
		React: func(s struct{ hidden int }, _ event.Recorded) []workflow.Do {
			return []workflow.Do{workflow.After{Name: "x", Wait: time.Duration(s.hidden)}}
		},
	}
}

// If the outcome of a case differs from the expected outcome, a Workflow makes the test fail, and
// describes the difference.
func TestWorkflowFailsWhatIsOtherwise(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	id := uuid.New()
	asked, filled := spec.On("pump", id, pumping.Asked{Amount: 3}), spec.On("pump", id, pumping.Filled{})
	take := workflow.Command{Command: pumping.Take{Pump: id, Amount: 3}}
	wait := workflow.After{Name: "patience", Wait: pumping.Patience}
	w := spec.NewWorkflow(t, pumping.Workflow)
	w.CheckReaction(r, nil, asked, take, wait)
	r.isQuiet("as it is")
	w.CheckReaction(r, nil, asked, take)
	r.says("a part too little", "to be done")
	w.CheckReaction(r, nil, asked)
	r.says("nothing", "to be done")
	w.CheckReaction(r, []event.Recorded{spec.On("pump", uuid.New(), pumping.Asked{})}, filled, workflow.Cancel{Name: "patience"}, workflow.Command{Command: pumping.Give{Pump: id}})
	r.says("an event of another instance", "belongs to instance")
	w.CheckTold(r, workflow.Fired{}, pumping.Fill{})
	r.says("another command", "told")
	w.CheckTold(r, workflow.GaveUp{}, nil)
	r.isQuiet("it is not told")
	w.CheckEnd(r, []event.Recorded{asked}, true)
	r.says("it goes on", "has ended: false")
	s := spec.NewWorkflow(t, secretive())
	s.CheckReaction(r, nil, asked, workflow.After{Name: "x", Wait: 0})
	r.says("a state that is not stored", "when it is stored as JSON")
	s.CheckTold(r, workflow.Fired{}, nil)
	r.says("no Tell", "no function Tell")
}

func TestWorkflowIgnoresEventsOfOthers(t *testing.T) {
	t.Parallel()
	w := spec.NewWorkflow(t, pumping.Workflow)
	w.Ignores("a vessel", spec.On("vessel", uuid.New(), pumping.Built{Capacity: 3}))
	w.Quiet("the end", []event.Recorded{spec.On("pump", uuid.UUID{1}, pumping.Asked{})}, spec.On("pump", uuid.UUID{1}, pumping.Emptied{}))
}
