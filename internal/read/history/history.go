// Package history answers "what happened to this account, and what did it look like then?". It
// needs no table: it reads the account's stream itself, at most Span events of it for one answer.
// In reading order: account.go folds an account, landmarks.go remembers the states at which reads
// of long streams stopped, turns.go bounds how many long streams are read at once, history.go has
// the log, and events.go and state.go have the two answers.
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

// Queries reads the streams of one type.
type Queries struct {
	log        Log
	streamType string
	landmarks  *landmarks
	turns      *turns
}

// NewQueries makes Queries on a log, which may be that of a replica.
func NewQueries(log Log, streamType string) *Queries {
	return &Queries{log, streamType, newLandmarks(), newTurns()}
}

// Until bounds how much of the history counts. The zero value sets no bound.
type Until struct {
	Version int64     // up to this version, included; 0: no bound
	At      time.Time // recorded at this instant or before; zero: no bound
}

// lastOf returns the last version that counts. The stream may not have reached it yet.
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

// belongs reports whether the account belongs to the subject, which the account's first event
// names.
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
