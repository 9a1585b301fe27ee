package pump

import (
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// Vessels and Pumps are the two aggregates.
var (
	Vessels = command.NewAggregate("vessel", DecideVessel, EvolveVessel)
	Pumps   = command.NewAggregate("pump", DecidePump, EvolvePump)
)

// Patience is the time within which a pump must get its water. After this time, it expires.
const Patience = 20 * time.Second

// Workflow runs pumps: it takes water from one vessel and gives the water to the other vessel. If
// that vessel does not take the water, Workflow gives it back to the first vessel.
var Workflow = workflow.Workflow[Pump]{
	Name: "pumping", Shape: 1, Correlate: Correlate, Evolve: EvolvePump, React: React, Tell: Tell, Ended: Pump.Ended,
}

// Targets are the aggregates to which the workflow sends commands.
var Targets = []workflow.Target{
	workflow.NewTarget(Vessels, map[string]VesselCommand{"take": Take{}, "give": Give{}, "give_back": GiveBack{}, "jam": Jam{}}),
	workflow.NewTarget(Pumps, map[string]Command{
		"ask": Ask{}, "fill": Fill{}, "empty": Empty{}, "refuse": Refuse{}, "reject": Reject{}, "return": Return{}, "expire": Expire{},
	}),
}

// Correlate returns the id of the pump to which an event belongs.
func Correlate(e event.Recorded) (uuid.UUID, bool) {
	switch of := e.Event.(type) {
	case Put:
		return of.Pump, of.Pump != uuid.Nil
	case Taken:
		return of.Pump, of.Pump != uuid.Nil
	}
	return e.StreamID, e.StreamType == Pumps.StreamType
}

// React returns what is to be done after an event.
func React(s Pump, e event.Recorded) []workflow.Do {
	switch of := e.Event.(type) {
	case Asked:
		return []workflow.Do{
			workflow.Command{Stream: s.From, Command: Take{e.StreamID, s.Amount}},
			workflow.After{Name: "patience", Wait: Patience},
		}
	case Taken:
		return []workflow.Do{workflow.Command{Command: Fill{}}}
	case Filled:
		if s.Late {
			return []workflow.Do{workflow.Command{Stream: s.From, Command: GiveBack{e.StreamID, s.Amount}}}
		}
		return []workflow.Do{
			workflow.Cancel{Name: "patience"},
			workflow.Command{Stream: s.To, Command: Give{e.StreamID, s.Amount}},
		}
	case Put:
		if of.Back {
			return []workflow.Do{workflow.Command{Command: Return{}}}
		}
		return []workflow.Do{workflow.Command{Command: Empty{}}}
	case Rejected:
		return []workflow.Do{workflow.Command{Stream: s.From, Command: GiveBack{e.StreamID, s.Amount}}}
	}
	return nil
}

// Tell returns the command by which a pump learns of an outcome.
func Tell(o workflow.Outcome) any {
	switch o := o.(type) {
	case workflow.Refused:
		switch o.Command.(type) {
		case Take:
			return Refuse{o.Rejection.Code}
		case Give:
			return Reject{o.Rejection.Code}
		}
	case workflow.Fired:
		return Expire{}
	}
	return nil
}
