package load

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/pg/standby"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/epoch"
)

// Limits of one page of a stream. After each page the connection is returned to the pool. So the
// load of a long stream uses a connection only for the time of one page, which is usually some
// milliseconds.
const (
	pageEvents = 1000
	pageBytes  = 1 << 20 // bytes of event data, estimated from the last page
	pageGrowth = 4       // a page has at most pageGrowth times as many events as the previous page
)

// stream has the progress of the load of one stream.
type stream struct {
	loader     *Loader
	streamType string
	id         uuid.UUID
	upTo       int64
	each       func(event.Recorded) error

	version int64     // version of the last event that the function each has received
	event   uuid.UUID // id of that event
	limit   int       // largest number of events that the last page could have
	count   int       // number of events that the last page had
	bytes   int       // bytes of the data of these events
}

// take checks and decodes an event, and passes the event to the function each. If the event comes
// after the version upTo, take ignores the event.
func (s *stream) take(e event.Recorded) error {
	s.count, s.bytes = s.count+1, s.bytes+len(e.Data)
	switch {
	case e.Version > s.upTo:
		return nil
	case e.StreamType != s.streamType:
		return fmt.Errorf("%w: %s is of type %s, not %s", event.ErrOtherStream, s.id, e.StreamType, s.streamType)
	case e.Version != s.version+1:
		return fmt.Errorf("stream %s has version %d where %d was due", s.id, e.Version, s.version+1)
	}
	var err error
	if e.Event, err = s.loader.decode(e.Type, e.SchemaVersion, e.Data); err != nil {
		return fmt.Errorf("decode version %d of %s %s: %w", e.Version, e.StreamType, s.id, err)
	}
	s.version, s.event = e.Version, e.ID
	return s.each(e)
}

// nextLimit returns the largest number of events for the next page. If the events of the last page
// were large, this number is smaller.
func (s *stream) nextLimit() int {
	limit := min(pageEvents, pageGrowth*s.limit)
	if s.bytes > 0 {
		limit = min(limit, pageBytes*s.count/s.bytes)
	}
	return int(min(int64(max(1, limit)), s.upTo-s.version))
}

// readPage reads the next page of the stream, and reports whether more events may follow. readPage
// also reads the last event of the previous page again. If the log no longer has this event, the
// log went back to an earlier state, and readPage returns event.ErrLogChanged.
func (s *stream) readPage(ctx context.Context) (more bool, err error) {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data,
		       CASE WHEN position > $3 THEN ` + standby.Await + ` END AS metadata, occurred_at, recorded_at
		FROM events WHERE stream_id = $1 AND version >= $2 ORDER BY version LIMIT $4`
	l, known := s.loader, false
	s.limit = s.nextLimit()
	s.count, s.bytes = 0, 0
	last, rests := epoch.Mark{}, l.history.BasisOfRead()
	err = l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		if err := epoch.CheckMarks(ctx, conn, rests); err != nil {
			return err
		}
		return l.reader.Each(ctx, conn, "load", func(e event.Recorded) error {
			if !known {
				if known = e.Version == s.version && e.ID == s.event; !known {
					return epoch.ErrMarkLost
				}
				return nil
			}
			last.Position, last.Event = e.Position, e.ID
			return s.take(e)
		}, sql, s.id, s.version, l.reads.Replicated(), s.limit+1)
	})
	if err == nil && !known {
		err = epoch.ErrMarkLost
	}
	if errors.Is(err, epoch.ErrMarkLost) {
		return false, fmt.Errorf("load events: %w: %w", event.ErrLogChanged, errors.Join(err, l.history.Look(ctx)))
	}
	l.history.Advance(rests, last)
	return s.count == s.limit, err
}
