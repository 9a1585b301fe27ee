package history

import (
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Account is the state of an account at one version.
type Account struct {
	ID         uuid.UUID
	Subject    string
	CustomerID uuid.UUID
	Owner      string
	Currency   string
	Balance    int64
	Status     string
	Version    int64
	OpenedAt   time.Time
	UpdatedAt  time.Time
}

func (a *Account) evolve(e event.Recorded) {
	switch happened := e.Event.(type) {
	case events.AccountOpened:
		a.Subject, a.CustomerID = happened.Subject, happened.CustomerID
		a.Owner, a.Currency, a.Status, a.OpenedAt = happened.Owner, happened.Currency, "open", e.OccurredAt
	case events.MoneyDeposited:
		a.Balance += happened.Amount
	case events.MoneyWithdrawn:
		a.Balance -= happened.Amount
	case events.AccountClosed:
		a.Status = "closed"
	}
}
