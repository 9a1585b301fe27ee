package checkpoint

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// Checkpoint has the position of a projection in the log, and the streams that the projection has
// parked. The projection does not apply the events of parked streams.
type Checkpoint struct {
	Position int64
	Parkings int64
	Built    bool               // the projection has reached the end of the log at least once
	Parked   map[uuid.UUID]bool // by stream id: true if the stream waits for a retry, false if it was discarded
	Ahead    bool               // the position is ahead of the log
}

// Waiting returns the number of parked streams that wait for a retry.
func (c *Checkpoint) Waiting() int {
	count := 0
	for _, waits := range c.Parked {
		if waits {
			count++
		}
	}
	return count
}

// aheadSQL is an SQL condition on a row c of checkpoints. The condition is true if the log does not
// have the event to which this checkpoint was moved.
var aheadSQL = `(c.position > ` + logsql.Head + `
		OR c.position > 0 AND c.event_position IS NOT DISTINCT FROM c.position AND NOT ` + logsql.Holds("c.position", "c.event_id") + `)`

// QueueRead queues a query that reads a projection's checkpoint. QueueRead returns a Checkpoint
// whose fields are set when the batch is sent.
func QueueRead(look *pgx.Batch, projection string) *Checkpoint {
	here := `
		SELECT position, parkings, built_at IS NOT NULL, ahead_of IS NOT NULL OR ` + aheadSQL + ` FROM checkpoints c WHERE projection = $1`
	const parked = `SELECT stream_id, discarded_at IS NULL FROM parked_streams WHERE projection = $1`
	at := &Checkpoint{Parked: make(map[uuid.UUID]bool)}
	look.Queue(here, projection).QueryRow(func(row pgx.Row) error { return row.Scan(&at.Position, &at.Parkings, &at.Built, &at.Ahead) })
	look.Queue(parked, projection).Query(func(rows pgx.Rows) error {
		var id uuid.UUID
		var waits bool
		_, err := pgx.ForEachRow(rows, []any{&id, &waits}, func() error {
			at.Parked[id] = waits
			return nil
		})
		return err
	})
	return at
}

// Execer is implemented by a pool, a connection and a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Enroll creates the projection's checkpoint if it is missing. The new checkpoint is not marked as
// built, so that queries do not read the tables yet.
func Enroll(ctx context.Context, on Execer, projection string) error {
	const sql = `INSERT INTO checkpoints (projection, built_at) VALUES ($1, NULL) ON CONFLICT DO NOTHING`
	if _, err := on.Exec(ctx, sql, projection); err != nil {
		return fmt.Errorf("enroll projection %s: %w", projection, err)
	}
	return nil
}

// MarkBuilt records that the projection has reached the end of the log. After MarkBuilt, queries
// may read the projection's tables. QueueMove records the same when it moves the checkpoint to the
// end of the log. MarkBuilt is for a projection whose checkpoint does not move, because the log has
// no new event.
func (c *Checkpoint) MarkBuilt(ctx context.Context, on Execer, projection string) error {
	const sql = `UPDATE checkpoints SET built_at = clock_timestamp() WHERE projection = $1 AND built_at IS NULL`
	if _, err := on.Exec(ctx, sql, projection); err != nil {
		return fmt.Errorf("mark projection as built: %w", err)
	}
	c.Built = true
	return nil
}
