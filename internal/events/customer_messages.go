package events

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

type customerMessage struct {
	CustomerID uuid.UUID `json:"customer_id"`
}

// Message implements PublicEvent.
func (CustomerRegistered) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.CustomerRegistered.v1", Data: customerMessage{id}}
}

// Message implements PublicEvent.
func (CustomerContactChanged) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.CustomerContactChanged.v1", Data: customerMessage{id}}
}

// Message implements PublicEvent. The message tells consumers to delete the data that they have
// fetched about this customer.
func (CustomerErased) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.CustomerErased.v1", Data: customerMessage{id}}
}
