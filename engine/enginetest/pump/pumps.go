package pump

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Pump is the state of a pump, and of the instance of the workflow that runs it.
type Pump struct {
	Status   Status
	From, To uuid.UUID
	Amount   int
	Late     bool // the pump had expired before it was filled
}

// Status is how far a pump is.
type Status string

// These constants are the possible statuses. "" is a pump that nobody has asked for.
const (
	IsAsked    Status = "asked"
	IsFilled   Status = "filled"
	IsEmptied  Status = "emptied"
	IsRefused  Status = "refused"
	IsRejected Status = "rejected"
	IsReturned Status = "returned"
	IsExpired  Status = "expired"
)

// Ended reports whether nothing more will happen to the pump. An expired pump may still be filled,
// by a job that was late.
func (p Pump) Ended() bool {
	return p.Status == IsEmptied || p.Status == IsRefused || p.Status == IsReturned
}

// Command is one of Ask, Fill, Empty, Refuse, Reject, Return and Expire.
type Command any

type (
	// Ask asks for water to be moved.
	Ask struct {
		From, To uuid.UUID
		Amount   int
	}
	// Fill notes that the pump has the water.
	Fill struct{}
	// Empty notes that the water is where it should be.
	Empty struct{}
	// Refuse notes that the vessel From gave no water.
	Refuse struct{ Code string }
	// Reject notes that the vessel To took no water.
	Reject struct{ Code string }
	// Return notes that the water is back.
	Return struct{}
	// Expire notes that it took too long to fill the pump.
	Expire struct{}
)

// DecidePump decides the commands of a pump. A command that comes too late, or again, causes no
// event.
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
