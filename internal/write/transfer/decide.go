package transfer

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// OutOfOrder is the code of the rejection of a step that the transfer's state does not allow. No
// client gets this code, because only a workflow reports steps.
const OutOfOrder = "out_of_order"

// Decide returns the events that a step of a transfer causes. A step that was recorded already causes
// no events, so that a workflow may report it again. For a step that the state does not allow, Decide
// returns an *event.Rejection with the code OutOfOrder. For a transfer that was never requested,
// Decide returns event.ErrStreamNotFound.
func Decide(s State, command Command) ([]event.Event, error) {
	if s.Status == Unrequested {
		return nil, event.ErrStreamNotFound
	}
	switch c := command.(type) {
	case NoteDebited:
		return decideDebited(s)
	case NoteCompleted:
		return decideCompleted(s)
	case Refuse:
		return decideRefuse(s, c)
	case NotAccept:
		return decideNotAccept(s)
	case NoteRefunded:
		return decideRefunded(s)
	case Expire:
		return decideExpire(s)
	}
	return nil, fmt.Errorf("transfer can't decide a %T", command)
}

// decideDebited also records a debit that came after the transfer had expired: the money was moved,
// so it must go back.
func decideDebited(s State) ([]event.Event, error) {
	switch {
	case s.Status == Requested || s.Status == Expired:
		return one(events.TransferDebited{})
	case s.Status == Refused:
		return outOfOrder(s, "debited")
	}
	return nil, nil
}

func decideCompleted(s State) ([]event.Event, error) {
	switch {
	case s.Status == Completed:
		return nil, nil
	case s.Status == Debited && !s.Expired:
		return one(events.TransferCompleted{})
	}
	return outOfOrder(s, "completed")
}

// decideRefuse also ends a transfer that has expired: until the debit is refused, it may still come
// too late.
func decideRefuse(s State, c Refuse) ([]event.Event, error) {
	switch {
	case s.Status == Requested || s.Status == Expired:
		return one(events.TransferRefused{Code: c.Code})
	case s.Status == Refused:
		return nil, nil
	}
	return outOfOrder(s, "refused")
}

func decideNotAccept(s State) ([]event.Event, error) {
	switch {
	case s.Status == NotAccepted || s.Status == Refunded && !s.Expired:
		return nil, nil
	case s.Status == Debited && !s.Expired:
		return one(events.TransferNotAccepted{})
	}
	return outOfOrder(s, "not accepted")
}

func decideRefunded(s State) ([]event.Event, error) {
	switch {
	case s.Status == Refunded:
		return nil, nil
	case s.Status == NotAccepted || s.Status == Debited && s.Expired:
		return one(events.TransferRefunded{})
	}
	return outOfOrder(s, "refunded")
}

// decideExpire changes nothing if the transfer was debited or refused before.
func decideExpire(s State) ([]event.Event, error) {
	if s.Status == Requested {
		return one(events.TransferExpired{})
	}
	return nil, nil
}

func one(e event.Event) ([]event.Event, error) { return []event.Event{e}, nil }

func outOfOrder(s State, next string) ([]event.Event, error) {
	is := s.Status.String()
	if s.Status == Debited && s.Expired {
		is = "debited after it had expired"
	}
	return nil, &event.Rejection{Code: OutOfOrder, Detail: fmt.Sprintf("the transfer is %s, so it can't become %s", is, next)}
}
