package load

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/pg/standby"
)

// Tail reads at most limit events after a position (0: from the start), in the order of the log and
// without decoding them. If the events are large, Tail returns fewer events. Tail returns only
// events that a promotion of the standby would not lose, because a feed must not send an event that
// may be lost later.
func (l *Loader) Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return l.durable(ctx, func(conn *pgx.Conn) ([]event.Recorded, error) {
		return l.reader.SmallAfterOn(ctx, conn, position, limit)
	})
}

// TailOf does the same as Tail, but reads only the events of one stream after a version. If the
// version is -1, TailOf reads the events of the stream after the given position.
func (l *Loader) TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) ([]event.Recorded, error) {
	return l.durable(ctx, func(conn *pgx.Conn) (found []event.Recorded, err error) {
		if version < 0 {
			if version, err = l.reader.VersionUpToOn(ctx, conn, id, position); err != nil {
				return nil, err
			}
		}
		return l.reader.SmallPageOn(ctx, conn, id, version, limit)
	})
}

// Head returns the position of the last event in the log, or 0 while the log is empty. Unless the
// Loader serves only queries, a promotion of the standby would not lose this event. If a promotion
// lost the event, the log would later give the position of this event to a new event. A subscriber
// that had begun after this position would miss the new event.
func (l *Loader) Head(ctx context.Context) (head int64, err error) {
	err = l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		if head, err = l.reader.HeadOn(ctx, conn); err != nil || head <= l.reads.Replicated() {
			return err
		}
		_, err := conn.Exec(ctx, `SELECT `+standby.Await)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read head: %w", fate.Unavailable(err))
	}
	return head, nil
}

// durable runs a read of the log. If a required standby may lack an event that was read, durable
// waits until the standby has the event. On a replica that serves queries, durable does not wait. A
// replica has no standby of its own until it is promoted.
func (l *Loader) durable(ctx context.Context, read func(conn *pgx.Conn) ([]event.Recorded, error)) (found []event.Recorded, err error) {
	await := standby.Await
	if l.reads.ForQueries() {
		await = standby.AwaitPromoted
	}
	err = l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		if found, err = read(conn); err != nil || len(found) == 0 || !l.reads.ForQueries() && found[len(found)-1].Position <= l.reads.Replicated() {
			return err
		}
		_, err := conn.Exec(ctx, `SELECT `+await)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the tail: %w", fate.Unavailable(err))
	}
	return found, nil
}

// Firsts reads and decodes the first event of each of the given streams, in an undefined order.
func (l *Loader) Firsts(ctx context.Context, streams []uuid.UUID) (found []event.Recorded, err error) {
	err = l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		found, err = l.reader.Firsts(ctx, conn, streams)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read first events: %w", fate.Unavailable(err))
	}
	for i, e := range found {
		if found[i].Event, err = l.decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return nil, fmt.Errorf("decode event %d: %w", e.Position, err)
		}
	}
	return found, nil
}
