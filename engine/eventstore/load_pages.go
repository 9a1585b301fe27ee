package eventstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// Bounds of a page of a stream. Its connection is given back after each: a long stream keeps
// others from theirs for milliseconds.
const (
	pageEvents = 1000
	pageBytes  = 1 << 20 // of event data, by the size of what was read last
	pageGrowth = 4       // how many times as many events a page has as the one before, at most
)

// load is a stream on its way to whoever loads it.
type load struct {
	store      *Store
	streamType string
	id         uuid.UUID
	upTo       int64
	each       func(event.Recorded) error

	version int64     // of the event that was handed on last
	event   uuid.UUID // its id
	limit   int       // events of the last page
	count   int       // of its events that were read
	bytes   int       // of their data
}

// take hands an event on.
func (l *load) take(e event.Recorded) error {
	l.count, l.bytes = l.count+1, l.bytes+len(e.Data)
	switch {
	case e.Version > l.upTo:
		return nil
	case e.StreamType != l.streamType:
		return fmt.Errorf("%w: %s is of type %s, not %s", event.ErrOtherStream, l.id, e.StreamType, l.streamType)
	case e.Version != l.version+1:
		return fmt.Errorf("stream %s has version %d where %d was due", l.id, e.Version, l.version+1)
	}
	var err error
	if e.Event, err = l.store.config.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
		return fmt.Errorf("decode version %d of %s %s: %w", e.Version, e.StreamType, l.id, err)
	}
	l.version, l.event = e.Version, e.ID
	return l.each(e)
}

// nextLimit returns how many events the next page has: few where they are large.
func (l *load) nextLimit() int {
	limit := min(pageEvents, pageGrowth*l.limit)
	if l.bytes > 0 {
		limit = min(limit, pageBytes*l.count/l.bytes)
	}
	return int(min(int64(max(1, limit)), l.upTo-l.version))
}

// readPage reads the next events, and reports whether there may be more. It reads the last of
// the page before again: if that is not there the log went back.
func (l *load) readPage(ctx context.Context) (more bool, err error) {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data,
		       CASE WHEN position > $3 THEN ` + database.AwaitStandby + ` END AS metadata, occurred_at, recorded_at
		FROM events WHERE stream_id = $1 AND version >= $2 ORDER BY version LIMIT $4`
	s, known := l.store, false
	l.limit = l.nextLimit()
	l.count, l.bytes = 0, 0
	last, rests := mark{}, s.rests()
	err = s.confirmed(ctx, func(conn *pgx.Conn) error {
		if err := checkMarks(ctx, conn, rests); err != nil {
			return err
		}
		return s.read(ctx, conn, "load", func(e event.Recorded) error {
			if !known {
				if known = e.Version == l.version && e.ID == l.event; !known {
					return errMarkLost
				}
				return nil
			}
			last.position, last.event = e.Position, e.ID
			return l.take(e)
		}, sql, l.id, l.version, s.replicated.Load(), l.limit+1)
	})
	if err == nil && !known {
		err = errMarkLost
	}
	if errors.Is(err, errMarkLost) {
		return false, fmt.Errorf("load events: %w: %w", event.ErrLogChanged, errors.Join(err, s.Look(ctx)))
	}
	s.advance(rests, last)
	return l.count == l.limit, err
}
