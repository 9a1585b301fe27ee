package events

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

type (
	transferRequestedMessage struct {
		TransferID uuid.UUID `json:"transfer_id"`
		From       uuid.UUID `json:"from"`
		To         uuid.UUID `json:"to"`
		Amount     int64     `json:"amount"` // in minor units
		Currency   string    `json:"currency"`
		Reference  string    `json:"reference,omitempty"`
	}
	transferRefusedMessage struct {
		TransferID uuid.UUID `json:"transfer_id"`
		Code       string    `json:"code"`
	}
	transferMessage struct {
		TransferID uuid.UUID `json:"transfer_id"`
	}
)

// Message implements PublicEvent.
func (e TransferRequested) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferRequested.v1", Data: transferRequestedMessage{id, e.From, e.To, e.Amount, e.Currency, e.Reference}}
}

// Message implements PublicEvent.
func (TransferDebited) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferDebited.v1", Data: transferMessage{id}}
}

// Message implements PublicEvent.
func (TransferCompleted) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferCompleted.v1", Data: transferMessage{id}}
}

// Message implements PublicEvent.
func (e TransferRefused) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferRefused.v1", Data: transferRefusedMessage{id, e.Code}}
}

// Message implements PublicEvent.
func (TransferNotAccepted) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferNotAccepted.v1", Data: transferMessage{id}}
}

// Message implements PublicEvent.
func (TransferRefunded) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferRefunded.v1", Data: transferMessage{id}}
}

// Message implements PublicEvent.
func (TransferExpired) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.TransferExpired.v1", Data: transferMessage{id}}
}
