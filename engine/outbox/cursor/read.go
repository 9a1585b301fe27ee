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

// stateSQL is sent before a read, and runs in an earlier snapshot than the read. If a transaction
// moves dead messages back to the outbox and commits after stateSQL, only the read sees these
// messages. The next read then begins at the start of the outbox again, because it finds another
// count in the table redrives. After stateSQL has returned the log's last event, the log may grow
// or lose events. For this reason the read checks again whether the log has the cursor's anchor.
var stateSQL = `
	SELECT coalesce((SELECT count FROM redrives), 0), coalesce(head.position, 0), coalesce(head.event_id, '00000000-0000-0000-0000-000000000000'),
	       ` + anchoredSQL + `
	FROM (SELECT) one LEFT JOIN ` + logsql.Last + ` head ON true`

// anchoredSQL is true if the log has the event at position $1 with id $2, or if position $1 is 0.
var anchoredSQL = `($1::bigint = 0 OR ` + logsql.Holds("$1", "$2::uuid") + `)`

const columnsSQL = `position, event_id, stream_id, type, data, traceparent, occurred_at, ` + dead.StreamSQL + ` AS dead`

// readSQL reads the new messages of the next $9 positions. readSQL also reads the messages at the
// positions $4, which belong to waiting streams whose backoff has ended. If the log ends within
// these positions, readSQL reads all new messages. The limit on bytes counts the stored size of the
// data, which may be compressed. To know the real size, the server would have to read all data.
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

// Read continues where the last read ended, and returns the new messages. Read leaves out messages
// of the streams that the parameter without lists. Read also returns the messages at the positions
// that the parameter due lists. If a standby is required, Read waits until the standby has the
// events of all returned messages, so that no failover loses them. The read and the wait for the
// standby take at most ReadFor each. If the read takes too long, later reads cover fewer positions.
// The time of the wait has no such effect. Read fails with ErrLost if the log does not have the
// event of the last message, and with ErrWentBack if the log does not have the cursor's anchor.
// After a successful Read, the caller must call Settle.
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

// fetch runs the SQL statements of a read.
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

// awaitStandby waits until the required standby has everything that was read before. For this
// purpose awaitStandby runs a statement whose COMMIT waits for the standby. The parameter awaits is
// false if no standby is required or no message was read; then awaitStandby does not wait.
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
