package load

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/pg/standby"
)

// Matching decodes the events after a position (0: all events) that any of the items selects, and
// calls the function each for every event, in the order of the log. The events have no metadata.
// Matching also returns a condition for the append of the events that the caller decides. An append
// with this condition is refused if another event that the items select was appended in the
// meantime. Matching reads every event that was appended before the call, and reads only events
// that a promotion of the standby would not lose. If Matching returns event.ErrLogChanged, the log
// went back to an earlier state, and the caller must drop all events that the function each has
// got.
func (l *Loader) Matching(ctx context.Context, items []event.Item, after int64, each func(event.Recorded) error) (event.Condition, error) {
	if err := event.CheckItems(items); err != nil {
		return event.Condition{}, err
	}
	m := &matching{loader: l, items: items, after: after, upTo: math.MaxInt64, each: each}
	more, err := m.readFirst(ctx)
	for more && err == nil {
		if more, err = m.readPage(ctx); errors.Is(err, epoch.ErrMarkLost) {
			err = fmt.Errorf("%w: %w", event.ErrLogChanged, errors.Join(err, l.history.Look(ctx)))
		}
	}
	if err != nil {
		return event.Condition{}, fmt.Errorf("read events by tags: %w", err)
	}
	return event.Condition{Items: items, After: m.head.Position, Last: m.head.Event}, nil
}

// matching has the progress of one read by tags.
type matching struct {
	loader *Loader
	items  []event.Item
	each   func(event.Recorded) error

	after int64      // position after which the next page begins
	upTo  int64      // last position of the log when the first page was read
	head  epoch.Mark // event at that position
}

// readFirst reads the first page. If the log went back to an earlier state before the read,
// readFirst calls Look and reads again: the function each has not received an event yet.
func (m *matching) readFirst(ctx context.Context) (more bool, err error) {
	for range epoch.MaxLooks {
		if more, err = m.readPage(ctx); !errors.Is(err, epoch.ErrMarkLost) {
			return more, err
		}
		if err := m.loader.history.Look(ctx); err != nil {
			return false, err
		}
	}
	return false, fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

// readPage reads the next page, and reports whether more events may follow. The statement reads the
// last event of the log and the events of the first page in one snapshot. All later pages end at
// the same last event. Events up to this event never change. So all pages together show the log as
// it was when the first page was read.
func (m *matching) readPage(ctx context.Context) (more bool, err error) {
	const sql = `
		SELECT marks.hold, head.position, head.event_id, head.await,
		       e.position, e.stream_type, e.stream_id, e.version, e.event_id, e.type, e.schema_version, e.data, e.occurred_at, e.recorded_at
		FROM (SELECT ` + epoch.HoldsSQL + ` AS hold) marks
		LEFT JOIN (
		    SELECT l.position, l.event_id, CASE WHEN l.position > $3 THEN ` + standby.Await + ` END AS await
		    FROM events l WHERE l.position <= $5 ORDER BY l.position DESC LIMIT 1
		) head ON true
		LEFT JOIN LATERAL (
		    SELECT logged.position, logged.stream_type, logged.stream_id, logged.version, logged.event_id, logged.type,
		           logged.schema_version, logged.data, logged.occurred_at, logged.recorded_at
		    FROM (
		        SELECT DISTINCT found.position
		        FROM (SELECT t.item, array_agg(t.tag) AS tags FROM unnest($6::bigint[], $7::text[]) AS t (item, tag) GROUP BY t.item) wanted
		        LEFT JOIN (SELECT t.item, array_agg(t.type) AS types FROM unnest($8::bigint[], $9::text[]) AS t (item, type) GROUP BY t.item) of_types USING (item)
		        CROSS JOIN LATERAL (
		            SELECT t.position FROM event_tags t
		            WHERE t.tag = wanted.tags[1] AND t.position > $4 AND t.position <= $5 AND (of_types.types IS NULL OR t.type = ANY (of_types.types))
		              AND NOT EXISTS (SELECT FROM unnest(wanted.tags[2:]) AS other (tag)
		                              WHERE NOT EXISTS (SELECT FROM event_tags o WHERE o.tag = other.tag AND o.position = t.position))
		            ORDER BY t.position LIMIT $10
		        ) found
		        ORDER BY found.position LIMIT $10
		    ) matching JOIN events logged USING (position)
		) e ON true
		ORDER BY e.position`
	l := m.loader
	tagItems, tags, typeItems, types := itemColumns(m.items)
	rests, count, bytes := l.history.BasisOfRead(), 0, 0
	err = l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		began := time.Now()
		rows, err := conn.Query(ctx, sql, rests.Positions, rests.IDs, l.reads.Replicated(), m.after, m.upTo, tagItems, tags, typeItems, types, pageEvents)
		if err != nil {
			return fate.Unavailable(err)
		}
		count, bytes, err = m.take(rows)
		l.reader.Count("matching", count, bytes, time.Since(began))
		return err
	})
	if err == nil {
		l.history.Advance(rests, m.head)
	}
	return count == pageEvents, err
}

// take decodes the rows of a page, and passes their events to the function each. If the log no
// longer has an event that this process has seen, take returns epoch.ErrMarkLost.
func (m *matching) take(rows pgx.Rows) (count, bytes int, err error) {
	defer rows.Close()
	for rows.Next() {
		row := matchingRow{}
		if err := rows.Scan(row.fields()...); err != nil {
			return count, bytes, fate.Unavailable(err)
		}
		head := epoch.Mark{Position: orZero(row.headPosition)}
		if row.headID != nil {
			head.Event = *row.headID
		}
		if !row.hold || m.upTo != math.MaxInt64 && head != m.head {
			return count, bytes, epoch.ErrMarkLost
		}
		if m.head, m.upTo = head, head.Position; row.position == nil {
			continue
		}
		e := row.recorded()
		if e.Event, err = m.loader.decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return count, bytes, fmt.Errorf("decode event %d: %w", e.Position, err)
		}
		count, bytes, m.after = count+1, bytes+len(e.Data), e.Position
		if err := m.each(e); err != nil {
			return count, bytes, err
		}
	}
	if err := rows.Err(); err != nil {
		return count, bytes, fate.Unavailable(err)
	}
	return count, bytes, nil
}

// matchingRow is a row of the statement of readPage. The columns of the last event of the log are
// NULL if the log is empty. The columns of the matching event are NULL if no event matches.
type matchingRow struct {
	hold                  bool
	headPosition          *int64
	headID                *uuid.UUID
	position, version     *int64
	streamType, eventType *string
	streamID, eventID     *uuid.UUID
	schemaVersion         *int
	data                  []byte
	occurred, recordedAt  *time.Time
}

func (r *matchingRow) fields() []any {
	return []any{
		&r.hold, &r.headPosition, &r.headID, nil,
		&r.position, &r.streamType, &r.streamID, &r.version, &r.eventID, &r.eventType, &r.schemaVersion, &r.data, &r.occurred, &r.recordedAt,
	}
}

// recorded returns the event of the row. The row must have an event.
func (r *matchingRow) recorded() event.Recorded {
	return event.Recorded{
		Position: *r.position, StreamType: *r.streamType, StreamID: *r.streamID, Version: *r.version, ID: *r.eventID,
		Type: *r.eventType, SchemaVersion: *r.schemaVersion, Data: r.data, OccurredAt: *r.occurred, RecordedAt: *r.recordedAt,
	}
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// itemColumns returns the tags and the types of items as parameters of the statement. For each tag,
// the parameters have the text of the tag and the number of the tag's item. For each type, the
// parameters have the same.
func itemColumns(items []event.Item) (tagItems []int64, tags []string, typeItems []int64, types []string) {
	for n, item := range items {
		for _, tag := range item.Tags {
			tagItems, tags = append(tagItems, int64(n)), append(tags, tag)
		}
		for _, eventType := range item.Types {
			typeItems, types = append(typeItems, int64(n)), append(types, eventType)
		}
	}
	return tagItems, tags, typeItems, types
}
