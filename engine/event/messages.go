package event

import "github.com/google/uuid"

// PublicEvent is an event that is published to other services as a message. The shape of the
// message is a contract with other teams: messages with the same Type always have the same shape.
// If you need another shape, choose a new Type. The message must contain no personal data, because
// published data can't be erased.
type PublicEvent interface {
	Event

	// Message returns the message of the event. The parameter is the id of the event's stream.
	Message(id uuid.UUID) Message
}

// PublicMessage implements MessageOf: it returns the message of a PublicEvent, and false for any
// other event.
func PublicMessage(id uuid.UUID, e Event) (Message, bool) {
	public, ok := e.(PublicEvent)
	if !ok {
		return Message{}, false
	}
	return public.Message(id), true
}
