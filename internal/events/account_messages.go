package events

import "github.com/google/uuid"

type (
	accountOpenedMessage struct {
		AccountID uuid.UUID `json:"account_id"`
		Owner     string    `json:"owner"`
		Currency  string    `json:"currency"`
	}
	// moneyMovedMessage: amount in minor units, positive into the account.
	moneyMovedMessage struct {
		AccountID uuid.UUID `json:"account_id"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
	accountClosedMessage struct {
		AccountID uuid.UUID `json:"account_id"`
	}
)

// Message implements PublicEvent.
func (e AccountOpened) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.AccountOpened.v1", accountOpenedMessage{id, e.Owner, e.Currency}}
}

// Message implements PublicEvent.
func (e MoneyDeposited) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.MoneyMoved.v1", moneyMovedMessage{id, e.Amount, e.Reference}}
}

// Message implements PublicEvent.
func (e MoneyWithdrawn) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.MoneyMoved.v1", moneyMovedMessage{id, -e.Amount, e.Reference}}
}

// Message implements PublicEvent.
func (e AccountClosed) Message(id uuid.UUID) Message {
	return Message{"com.example.pgcqrs.AccountClosed.v1", accountClosedMessage{id}}
}
