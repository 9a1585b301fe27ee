package events

import "github.com/google/uuid"

// AccountMessage maps an account's events to its public messages. The shapes here
// are a contract with other teams: they change by a new Type, never in place.
func AccountMessage(id uuid.UUID, event Event) (Message, bool) {
	switch e := event.(type) {
	case AccountOpened:
		return Message{"com.example.pgcqrs.AccountOpened.v1", accountOpenedMessage{id, e.Owner, e.Currency}}, true
	case MoneyDeposited:
		return Message{"com.example.pgcqrs.MoneyMoved.v1", moneyMovedMessage{id, e.Amount, e.Reference}}, true
	case MoneyWithdrawn:
		return Message{"com.example.pgcqrs.MoneyMoved.v1", moneyMovedMessage{id, -e.Amount, e.Reference}}, true
	case AccountClosed:
		return Message{"com.example.pgcqrs.AccountClosed.v1", accountClosedMessage{id}}, true
	}
	return Message{}, false
}

type accountOpenedMessage struct {
	AccountID uuid.UUID `json:"account_id"`
	Owner     string    `json:"owner"`
	Currency  string    `json:"currency"`
}

// moneyMovedMessage: amount in minor units, positive into the account.
type moneyMovedMessage struct {
	AccountID uuid.UUID `json:"account_id"`
	Amount    int64     `json:"amount"`
	Reference string    `json:"reference,omitempty"`
}

type accountClosedMessage struct {
	AccountID uuid.UUID `json:"account_id"`
}
