package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// State returns the subject's account at a time or at a version, computed from the events up to
// that time or version. If State would have to read more than Span events after the last landmark,
// State returns event.ErrUnfinished. The next call then continues from a new landmark.
func (q *Queries) State(ctx context.Context, subject string, id uuid.UUID, until Until) (Account, error) {
	if ours, err := q.belongs(ctx, subject, id); err != nil || !ours {
		return Account{}, cmp.Or(err, event.ErrStreamNotFound)
	}
	last, err := q.lastOf(ctx, id, until)
	if err != nil {
		return Account{}, err
	}
	account, err := q.fold(ctx, subject, id, last)
	if errors.Is(err, event.ErrLogChanged) { // the landmarks contain lost events: read again without them
		q.landmarks.drop(id)
		account, err = q.fold(ctx, subject, id, last)
	}
	if err != nil && !errors.Is(err, event.ErrStreamNotFound) {
		err = fmt.Errorf("fold account: %w", err)
	}
	return account, err
}

// short is the maximum number of events that a query reads without a read slot (turns.go). To read
// more events, a query needs a read slot.
const short = 1000

// fold computes the state of an account at a version. fold starts from the last landmark before the
// version, and stops at the version or at the next landmark.
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
	if further := q.landmarks.before(id, last); further.account.Version > now.account.Version { // meanwhile another read has stored a later landmark
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

// advance reads the events after a landmark, up to a version, and returns the new state as a
// landmark.
func (q *Queries) advance(ctx context.Context, id uuid.UUID, from landmark, end int64) (landmark, error) {
	account, happened := from.account, from.event
	account.ID = id
	known := account.Version == 0
	err := q.log.LoadTo(ctx, q.streamType, id, max(0, account.Version-1), end, func(e event.Recorded) error {
		if !known { // the first event that is read must be the last event of the landmark
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

// whole returns account, or event.ErrUnfinished if the stream has more events than one answer may
// read.
func (q *Queries) whole(ctx context.Context, account Account) (Account, error) {
	next, _, err := q.log.Page(ctx, q.streamType, account.ID, account.Version, 1)
	if err == nil && len(next) > 0 {
		err = event.ErrUnfinished
	}
	return account, err
}
