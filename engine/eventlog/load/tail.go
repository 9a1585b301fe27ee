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

// Tail reads at most limit events that follow a position (0: from the start), in the log's order and not
// decoded, and fewer if they are large. What it returns would survive a promotion: a feed must tell
// nobody what may be undone.
func (l *Loader) Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return l.durable(ctx, func(conn *pgx.Conn) ([]event.Recorded, error) {
		return l.reader.SmallAfterOn(ctx, conn, position, limit)
	})
}

// TailOf is Tail of one stream. Its events follow a version; -1 stands for that of the last one that is
// at the position or before it.
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

// durable runs a read of the log, and waits for a required standby that may not have all of it.
func (l *Loader) durable(ctx context.Context, read func(conn *pgx.Conn) ([]event.Recorded, error)) (found []event.Recorded, err error) {
	err = l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		if found, err = read(conn); err != nil || len(found) == 0 || found[len(found)-1].Position <= l.reads.Replicated() {
			return err
		}
		_, err := conn.Exec(ctx, `SELECT `+standby.Await)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the tail: %w", fate.Unavailable(err))
	}
	return found, nil
}

// Firsts reads and decodes the first event of each of some streams, in no order.
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
