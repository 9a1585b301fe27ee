package cursor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/standby"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/outbox/dead"
)

// stateSQL is sent before a read and has a snapshot of its own: a redrive that it misses has the next
// read begin at the start once more, and the log's end is at its end or behind it. The log may go back in between,
// so the read asks for the anchor again.
var stateSQL = `
	SELECT coalesce((SELECT count FROM redrives), 0), coalesce(head.position, 0), coalesce(head.event_id, '00000000-0000-0000-0000-000000000000'),
	       ` + anchoredSQL + `
	FROM (SELECT) one LEFT JOIN ` + logsql.Last + ` head ON true`

// anchoredSQL says whether the log has the event at position $1 whose id is $2, or there is none to have.
var anchoredSQL = `($1::bigint = 0 OR ` + logsql.Holds("$1", "$2::uuid") + `)`

const columnsSQL = `position, event_id, stream_id, type, data, traceparent, occurred_at, ` + dead.StreamSQL + ` AS dead`

// readSQL takes new messages of the next $9 positions, or whatever is left where the log has no more, and those of held streams that
// are due ($4). The bound on bytes is on what is stored, perhaps compressed: to know more the server would have to read it all.
var readSQL = `
	WITH began AS (
	    SELECT CASE WHEN coalesce((SELECT count FROM redrives), 0) = $6 THEN $8::bigint ELSE 0 END AS after
	), part AS (
	    SELECT after, CASE WHEN after + $9 < ` + logsql.Head + ` THEN after + $9 ELSE 9223372036854775807 END AS upto FROM began
	), new AS (
	    SELECT ` + columnsSQL + `
	    FROM outbox o
	    WHERE position > (SELECT after FROM part) AND position <= (SELECT upto FROM part) AND NOT stream_id = ANY ($3)
	    ORDER BY position LIMIT $7
	), summed AS (
	    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead,
	           sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS stored FROM new
	), batch AS MATERIALIZED (
	    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead, stored
	    FROM summed WHERE stored - pg_column_size(data) < $5
	    UNION ALL
	    SELECT ` + columnsSQL + `, 0 FROM outbox o WHERE position = ANY ($4)
	)
	SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead,
	       EXISTS (SELECT FROM (SELECT position, event_id FROM batch ORDER BY position DESC LIMIT 1) last
	               WHERE ` + logsql.Holds("last.position", "last.event_id") + `), stored, (SELECT ` + standby.Required + `), (SELECT ` + anchoredSQL + `)
	FROM batch ORDER BY position`

// Read returns new messages, of other streams than these, from where the last read ended, and those at the positions that are
// due: messages whose events would survive a promotion. The read, and then the wait for the required standby, each take
// ReadFor at most; the read's time alone says how large the next step may be. It fails with ErrLost where the log does not
// have the last one's event, and with ErrWentBack where it does not have what the cursor stands on. Settle has to follow
// one that did not fail.
func (c *Cursor) Read(ctx context.Context, conn *pgx.Conn, without []uuid.UUID, due []int64) (*Batch, error) {
	after, step := c.begin()
	found, began := &Batch{recorded: true}, time.Now()
	err := c.fetch(ctx, conn, found, []any{c.anchor.Position, c.anchor.ID, without, due, mostBytes, c.redrives, c.bounds.MaxBatch, after, step})
	found.took = time.Since(began)
	if errors.Is(err, context.DeadlineExceeded) {
		c.TooLong(step, found.took)
	}
	if err == nil {
		err = found.check()
	}
	if err == nil {
		err = c.awaitStandby(ctx, conn, found.awaits)
	}
	return found, err
}

// fetch runs the statements.
func (c *Cursor) fetch(ctx context.Context, conn *pgx.Conn, found *Batch, args []any) error {
	ctx, cancel := context.WithTimeout(ctx, c.bounds.ReadFor)
	defer cancel()
	work := &pgx.Batch{}
	work.Queue(stateSQL, c.anchor.Position, c.anchor.ID).QueryRow(func(row pgx.Row) error {
		return row.Scan(&found.redrives, &found.head.Position, &found.head.ID, &found.anchored)
	})
	work.Queue(readSQL, args...).Query(found.collect)
	return conn.SendBatch(ctx, work).Close()
}

// awaitStandby returns once all that was read before would survive a promotion. Its COMMIT waits for the required standby;
// where none is required, or nothing was read, awaits is false.
func (c *Cursor) awaitStandby(ctx context.Context, conn *pgx.Conn, awaits bool) error {
	if awaits {
		ctx, cancel := context.WithTimeout(ctx, c.bounds.ReadFor)
		defer cancel()
		if _, err := conn.Exec(ctx, `SELECT `+standby.Await); err != nil {
			return fmt.Errorf("wait for the standby: %w", err)
		}
	}
	return standby.Check(conn)
}
