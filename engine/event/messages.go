package event

import "github.com/google/uuid"

// PublicEvent is an event that others hear of. The shape of its message is a contract with
// other teams: it changes by a new Type, never in place. It holds nothing personal: what
// has left can't be erased.
type PublicEvent interface {
	Event

	// Message returns the event's message, for the stream of this id.
	Message(id uuid.UUID) Message
}

// PublicMessage returns the message of an event that is a PublicEvent. It is a MessageOf.
func PublicMessage(id uuid.UUID, e Event) (Message, bool) {
	public, ok := e.(PublicEvent)
	if !ok {
		return Message{}, false
	}
	return public.Message(id), true
}
