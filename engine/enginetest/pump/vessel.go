package pump

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Vessel is the state of a vessel.
type Vessel struct {
	Built           bool
	Capacity, Level int
}

// VesselCommand is one of Build, Pour, Take, Give and GiveBack.
type VesselCommand any

type (
	// Build makes a vessel.
	Build struct{ Capacity int }
	// Pour adds water by hand.
	Pour struct{ Amount int }
	// Take removes water for a pump.
	Take struct {
		Pump   uuid.UUID
		Amount int
	}
	// Give adds water that a pump has brought.
	Give struct {
		Pump   uuid.UUID
		Amount int
	}
	// GiveBack adds water that a pump has taken from this vessel. It is never refused.
	GiveBack struct {
		Pump   uuid.UUID
		Amount int
	}
	// Jam is a command at which the decider panics.
	Jam struct{}
)

// DecideVessel decides the commands of a vessel.
func DecideVessel(s Vessel, c VesselCommand) ([]event.Event, error) {
	if build, ok := c.(Build); ok {
		return []event.Event{Built(build)}, nil
	}
	if !s.Built {
		return nil, event.ErrStreamNotFound
	}
	switch c := c.(type) {
	case Pour:
		return s.put(uuid.Nil, c.Amount)
	case Give:
		return s.put(c.Pump, c.Amount)
	case GiveBack:
		return []event.Event{Put{c.Pump, c.Amount, true}}, nil
	case Take:
		if c.Amount > s.Level {
			return nil, &event.Rejection{Code: "empty", Detail: "there is not enough water"}
		}
		return []event.Event{Taken(c)}, nil
	case Jam:
		panic("the vessel is jammed")
	}
	return nil, fmt.Errorf("a vessel can't decide a %T", c)
}

func (s Vessel) put(pump uuid.UUID, amount int) ([]event.Event, error) {
	if s.Level+amount > s.Capacity {
		return nil, &event.Rejection{Code: "full", Detail: "there is not enough room"}
	}
	return []event.Event{Put{pump, amount, false}}, nil
}

// EvolveVessel returns the state of a vessel after an event.
func EvolveVessel(s Vessel, e event.Event) Vessel {
	switch e := e.(type) {
	case Built:
		return Vessel{Built: true, Capacity: e.Capacity}
	case Put:
		s.Level += e.Amount
	case Taken:
		s.Level -= e.Amount
	}
	return s
}
