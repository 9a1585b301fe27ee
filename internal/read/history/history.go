// Package history answers the query "what happened to this account, and what did it look like
// then?". Package history needs no table. For each answer it reads the stream of the account, and
// computes the account's state from at most Span events. In reading order: account.go evolves the
// state of an account, landmarks.go caches states of long streams, turns.go limits how many long
// streams are read at the same time, history.go has the interface of the log, and events.go and
// state.go have the two queries.
package history

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Log reads events; eventlog.Store implements it.
type Log interface {
	LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error
	Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error)
	VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error)
	Head(ctx context.Context) (int64, error)
}

// Queries reads the streams of one stream type.
type Queries struct {
	log        Log
	streamType string
	landmarks  *landmarks
	turns      *turns
}

// NewQueries returns Queries on a log, which may be the log of a replica.
func NewQueries(log Log, streamType string) *Queries {
	return &Queries{log, streamType, newLandmarks(), newTurns()}
}

// Until limits the events of a query. The zero value sets no limit.
type Until struct {
	Version int64     // up to and including this version; 0: no limit
	At      time.Time // recorded at or before this time; zero: no limit
}

// lastOf returns the last version within the limit. The stream may end before that version.
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

// belongs reports whether the subject owns the account. The account's first event names the owner.
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
