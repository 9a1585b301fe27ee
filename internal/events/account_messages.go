package events

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

type (
	accountOpenedMessage struct {
		AccountID uuid.UUID `json:"account_id"`
		Owner     string    `json:"owner"`
		Currency  string    `json:"currency"`
	}
	// moneyMovedMessage contains an amount in minor units: positive for a deposit, negative for a
	// withdrawal.
	moneyMovedMessage struct {
		AccountID  uuid.UUID `json:"account_id"`
		Amount     int64     `json:"amount"`
		Reference  string    `json:"reference,omitempty"`
		TransferID uuid.UUID `json:"transfer_id,omitzero"`
		Refund     bool      `json:"refund,omitempty"`
	}
	accountClosedMessage struct {
		AccountID uuid.UUID `json:"account_id"`
	}
)

// Message implements PublicEvent.
func (e AccountOpened) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.AccountOpened.v1", Data: accountOpenedMessage{id, e.Owner, e.Currency}}
}

// Message implements PublicEvent.
func (e MoneyDeposited) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.MoneyMoved.v1", Data: moneyMovedMessage{id, e.Amount, e.Reference, e.TransferID, e.Refund}}
}

// Message implements PublicEvent.
func (e MoneyWithdrawn) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.MoneyMoved.v1", Data: moneyMovedMessage{id, -e.Amount, e.Reference, e.TransferID, false}}
}

// Message implements PublicEvent.
func (e AccountClosed) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.pgcqrs.AccountClosed.v1", Data: accountClosedMessage{id}}
}
