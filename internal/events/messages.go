package events

import "github.com/google/uuid"

// PublicMessage maps the sample's events to their public messages. The shapes here are
// a contract with other teams: they change by a new Type, never in place. They hold
// nothing personal: what has left can't be erased.
func PublicMessage(id uuid.UUID, event Event) (Message, bool) {
	switch event.(type) {
	case CustomerRegistered:
		return Message{"com.example.pgcqrs.CustomerRegistered.v1", customerMessage{id}}, true
	case CustomerContactChanged:
		return Message{"com.example.pgcqrs.CustomerContactChanged.v1", customerMessage{id}}, true
	case CustomerErased: // forget what you have asked for about this customer
		return Message{"com.example.pgcqrs.CustomerErased.v1", customerMessage{id}}, true
	}
	return accountMessage(id, event)
}

func accountMessage(id uuid.UUID, event Event) (Message, bool) {
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

type customerMessage struct {
	CustomerID uuid.UUID `json:"customer_id"`
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
