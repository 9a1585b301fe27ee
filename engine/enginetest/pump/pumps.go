package pump

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Pump is the state of a pump. It is also the state of the workflow's instance that runs the pump.
type Pump struct {
	Status   Status
	From, To uuid.UUID
	Amount   int
	Late     bool // the pump had expired before it was filled
}

// Status says how far a pump has come with its work.
type Status string

// These constants are the possible statuses. The status "" means that nobody has sent the command
// Ask yet.
const (
	IsAsked    Status = "asked"
	IsFilled   Status = "filled"
	IsEmptied  Status = "emptied"
	IsRefused  Status = "refused"
	IsRejected Status = "rejected"
	IsReturned Status = "returned"
	IsExpired  Status = "expired"
)

// Ended reports whether the pump's work has ended. The work of an expired pump has not ended: a
// late job may still take water for it.
func (p Pump) Ended() bool {
	return p.Status == IsEmptied || p.Status == IsRefused || p.Status == IsReturned
}

// Command is one of Ask, Fill, Empty, Refuse, Reject, Return and Expire.
type Command any

type (
	// Ask asks the pump to move water.
	Ask struct {
		From, To uuid.UUID
		Amount   int
	}
	// Fill tells the pump that the water was taken from the vessel From.
	Fill struct{}
	// Empty tells the pump that the water is in the vessel To.
	Empty struct{}
	// Refuse tells the pump that the vessel From gave no water.
	Refuse struct{ Code string }
	// Reject tells the pump that the vessel To did not take the water.
	Reject struct{ Code string }
	// Return tells the pump that the water is back in the vessel From.
	Return struct{}
	// Expire tells the pump that it did not get the water in time.
	Expire struct{}
)

// DecidePump decides the commands of a pump. A command causes no event if it comes too late or
// comes a second time.
func DecidePump(s Pump, c Command) ([]event.Event, error) {
	switch c := c.(type) {
	case Ask:
		return when(s.Status == "", Asked(c)), nil
	case Fill:
		return when(s.Status == IsAsked || s.Status == IsExpired, Filled{}), nil
	case Empty:
		return when(s.Status == IsFilled, Emptied{}), nil
	case Refuse:
		return when(s.Status == IsAsked, Refused(c)), nil
	case Reject:
		return when(s.Status == IsFilled, Rejected(c)), nil
	case Return:
		return when(s.Status == IsRejected || s.Status == IsFilled, Returned{}), nil
	case Expire:
		return when(s.Status == IsAsked, Expired{}), nil
	}
	return nil, fmt.Errorf("a pump can't decide a %T", c)
}

func when(happens bool, e event.Event) []event.Event {
	if happens {
		return []event.Event{e}
	}
	return nil
}

// EvolvePump returns the state of a pump after an event.
func EvolvePump(s Pump, e event.Event) Pump {
	switch e := e.(type) {
	case Asked:
		return Pump{Status: IsAsked, From: e.From, To: e.To, Amount: e.Amount}
	case Filled:
		s.Late = s.Status == IsExpired
		s.Status = IsFilled
	case Emptied:
		s.Status = IsEmptied
	case Refused:
		s.Status = IsRefused
	case Rejected:
		s.Status = IsRejected
	case Returned:
		s.Status = IsReturned
	case Expired:
		s.Status = IsExpired
	}
	return s
}
