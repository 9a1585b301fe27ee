// Package history answers "what happened to this account, and what did it look
// like then?". It needs no table: it reads the account's stream itself, at most Span events
// of it for one answer.
package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Log is the events as history reads them; eventlog.Store is one.
type Log interface {
	LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error
	Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error)
	VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error)
	Head(ctx context.Context) (int64, error)
}

// Queries reads the streams of one type.
type Queries struct {
	log        Log
	streamType string
	landmarks  *landmarks
	turns      *turns
}

// NewQueries makes Queries on a log, which may be a replica's.
func NewQueries(log Log, streamType string) *Queries {
	return &Queries{log, streamType, newLandmarks(), newTurns()}
}

// Until bounds how much of the history counts. The zero value is all of it.
type Until struct {
	Version int64     // up to this version, included; 0: no bound
	At      time.Time // recorded at this instant or before; zero: no bound
}

// lastOf returns the last version that counts, which there need not be yet.
func (q *Queries) lastOf(ctx context.Context, id uuid.UUID, until Until) (int64, error) {
	last := int64(math.MaxInt64)
	if until.Version > 0 {
		last = until.Version
	}
	if until.At.IsZero() {
		return last, nil
	}
	then, err := q.log.VersionAt(ctx, id, until.At)
	return min(last, then), err
}

// Events are at most limit events after a version (0: from the first), and fewer where they are
// large, whether there are more, and a position that they reflect. A stream without events, one that
// had none yet, and one that is not the subject's is event.ErrStreamNotFound.
func (q *Queries) Events(ctx context.Context, subject string, id uuid.UUID, afterVersion int64, limit int, until Until) ([]event.Recorded, bool, int64, error) {
	head, err := q.log.Head(ctx) // before the page, which reflects at least this
	if err != nil {
		return nil, false, 0, err
	}
	if ours, err := q.belongs(ctx, subject, id); err != nil || !ours {
		return nil, false, head, cmp.Or(err, event.ErrStreamNotFound)
	}
	last, err := q.lastOf(ctx, id, until)
	if err != nil {
		return nil, false, 0, err
	}
	left := max(0, last-afterVersion)
	page, cut, err := q.log.Page(ctx, q.streamType, id, afterVersion, int(min(int64(limit)+1, left)))
	if err != nil {
		return nil, false, 0, err
	}
	switch {
	case len(page) == 0 && afterVersion == 0:
		return nil, false, head, event.ErrStreamNotFound
	case len(page) > limit:
		return page[:limit], true, head, nil
	}
	return page, cut, head, nil
}

// belongs says whether the account is the subject's, which its first event knows.
func (q *Queries) belongs(ctx context.Context, subject string, id uuid.UUID) (ours bool, err error) {
	err = q.log.LoadTo(ctx, q.streamType, id, 0, 1, func(e event.Recorded) error {
		for _, part := range e.Parts() {
			if opened, ok := part.Event.(events.AccountOpened); ok {
				ours = opened.Subject == subject
			}
		}
		return nil
	})
	if errors.Is(err, event.ErrOtherStream) {
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

// State is the subject's account as it was then: the fold of its events up to the bound. Where
// that takes more than Span events that were not read before it is event.ErrUnfinished: asked
// again it goes on.
func (q *Queries) State(ctx context.Context, subject string, id uuid.UUID, until Until) (Account, error) {
	if ours, err := q.belongs(ctx, subject, id); err != nil || !ours {
		return Account{}, cmp.Or(err, event.ErrStreamNotFound)
	}
	last, err := q.lastOf(ctx, id, until)
	if err != nil {
		return Account{}, err
	}
	account, err := q.fold(ctx, subject, id, last)
	if errors.Is(err, event.ErrLogChanged) { // read again, of what there is now
		q.landmarks.drop(id)
		account, err = q.fold(ctx, subject, id, last)
	}
	if err != nil && !errors.Is(err, event.ErrStreamNotFound) {
		err = fmt.Errorf("fold account: %w", err)
	}
	return account, err
}

// short is how many events are read at once by whoever asks. Those that go on take turns.
const short = 1000

// fold goes on from the landmark before a version, to it or to the next landmark.
func (q *Queries) fold(ctx context.Context, subject string, id uuid.UUID, last int64) (Account, error) {
	from := q.landmarks.before(id, last)
	now, err := q.advance(ctx, id, from, min(last, from.account.Version+short))
	switch {
	case err != nil:
		return now.account, err
	case now.account.Version == 0 || now.account.Subject != subject:
		return now.account, event.ErrStreamNotFound
	case now.account.Version == last || now.account.Version < from.account.Version+short:
		return now.account, nil
	}
	leave, err := q.turns.take(ctx, subject)
	if err != nil {
		return now.account, err
	}
	defer leave()
	if further := q.landmarks.before(id, last); further.account.Version > now.account.Version { // who was there before got so far
		from, now = further, further
	}
	end := min(last, from.account.Version+Span)
	if now, err = q.advance(ctx, id, now, end); err != nil {
		return now.account, err
	}
	if now.account.Version == from.account.Version+Span {
		q.landmarks.add(id, now)
	}
	if now.account.Version == end && end < last {
		return q.whole(ctx, now.account)
	}
	return now.account, nil
}

// advance reads on from a landmark, up to a version.
func (q *Queries) advance(ctx context.Context, id uuid.UUID, from landmark, end int64) (landmark, error) {
	account, happened := from.account, from.event
	account.ID = id
	known := account.Version == 0
	err := q.log.LoadTo(ctx, q.streamType, id, max(0, account.Version-1), end, func(e event.Recorded) error {
		if !known { // the landmark's own event
			if known = e.ID == happened; !known {
				return event.ErrLogChanged
			}
			return nil
		}
		for _, part := range e.Parts() {
			account.evolve(part)
		}
		account.Version, account.UpdatedAt, happened = e.Version, e.OccurredAt, e.ID
		return nil
	})
	if err == nil && !known {
		err = event.ErrLogChanged
	}
	return landmark{account, happened}, err
}

// whole returns an account that was read as far as one answer may, if nothing follows.
func (q *Queries) whole(ctx context.Context, account Account) (Account, error) {
	next, _, err := q.log.Page(ctx, q.streamType, account.ID, account.Version, 1)
	if err == nil && len(next) > 0 {
		err = event.ErrUnfinished
	}
	return account, err
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
