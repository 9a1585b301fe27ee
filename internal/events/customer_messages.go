package events

import "github.com/google/uuid"

type customerMessage struct {
	CustomerID uuid.UUID `json:"customer_id"`
}

// Message implements PublicEvent.
func (CustomerRegistered) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.CustomerRegistered.v1", customerMessage{id}}
}

// Message implements PublicEvent.
func (CustomerContactChanged) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.CustomerContactChanged.v1", customerMessage{id}}
}

// Message implements PublicEvent: forget what you have asked for about this customer.
func (CustomerErased) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.CustomerErased.v1", customerMessage{id}}
}
