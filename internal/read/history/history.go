// Package history answers "what happened to this account, and what did it look
// like then?". It needs no table: it reads the account's stream itself.
package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// Log is the events as history reads them; eventstore.Store is one.
type Log interface {
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(events.Recorded) error) error
	Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) ([]events.Recorded, error)
	Head(ctx context.Context) (int64, error)
}

// Queries reads the streams of one type.
type Queries struct {
	log        Log
	streamType string
}

// NewQueries makes Queries on a log, which may be a replica's.
func NewQueries(log Log, streamType string) *Queries { return &Queries{log, streamType} }

// Until bounds how much of the history counts. The zero value is all of it.
type Until struct {
	Version int64     // up to this version, included; 0: no bound
	At      time.Time // recorded at this instant or before; zero: no bound
}

func (u Until) includes(e events.Recorded) bool {
	return (u.Version == 0 || e.Version <= u.Version) && (u.At.IsZero() || !e.RecordedAt.After(u.At))
}

// Events are at most limit events after a version (0: from the first), whether
// there are more, and a position that they reflect. A stream without events, one that
// had none yet, and one that is not the subject's is events.ErrStreamNotFound.
func (q *Queries) Events(ctx context.Context, subject string, id uuid.UUID, afterVersion int64, limit int, until Until) ([]events.Recorded, bool, int64, error) {
	head, err := q.log.Head(ctx) // before the page, which reflects at least this
	if err != nil {
		return nil, false, 0, err
	}
	page, err := q.log.Page(ctx, q.streamType, id, afterVersion, limit+1)
	if err != nil {
		return nil, false, 0, err
	}
	if ours, err := q.belongs(ctx, subject, id); err != nil || !ours {
		return nil, false, head, cmp.Or(err, events.ErrStreamNotFound)
	}
	for i, e := range page {
		if !until.includes(e) {
			page = page[:i]
			break
		}
	}
	switch {
	case len(page) == 0 && afterVersion == 0:
		return nil, false, head, events.ErrStreamNotFound
	case len(page) > limit:
		return page[:limit], true, head, nil
	}
	return page, false, head, nil
}

// belongs says whether the account is the subject's, which its first event knows.
func (q *Queries) belongs(ctx context.Context, subject string, id uuid.UUID) (ours bool, err error) {
	err = q.log.Load(ctx, q.streamType, id, 0, func(e events.Recorded) error {
		for _, part := range e.Parts() {
			if opened, ok := part.Event.(events.AccountOpened); ok {
				ours = opened.Subject == subject
			}
		}
		return errEnough
	})
	if errors.Is(err, errEnough) || errors.Is(err, events.ErrOtherStream) {
		err = nil
	}
	return ours, err
}

// Account is what an account looked like.
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

// errEnough ends a load: nothing that follows counts.
var errEnough = errors.New("beyond the bound")

// State is the subject's account as it was then: the fold of its events up to the bound.
func (q *Queries) State(ctx context.Context, subject string, id uuid.UUID, until Until) (Account, error) {
	account := Account{ID: id}
	err := q.log.Load(ctx, q.streamType, id, 0, func(e events.Recorded) error {
		if !until.includes(e) {
			return errEnough
		}
		for _, part := range e.Parts() {
			account.evolve(part)
		}
		account.Version, account.UpdatedAt = e.Version, e.OccurredAt
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return account, fmt.Errorf("fold account: %w", err)
	}
	if account.Version == 0 || account.Subject != subject {
		return account, events.ErrStreamNotFound
	}
	return account, nil
}

func (a *Account) evolve(e events.Recorded) {
	switch event := e.Event.(type) {
	case events.AccountOpened:
		a.Subject, a.CustomerID = event.Subject, event.CustomerID
		a.Owner, a.Currency, a.Status, a.OpenedAt = event.Owner, event.Currency, "open", e.OccurredAt
	case events.MoneyDeposited:
		a.Balance += event.Amount
	case events.MoneyWithdrawn:
		a.Balance -= event.Amount
	case events.AccountClosed:
		a.Status = "closed"
	}
}
