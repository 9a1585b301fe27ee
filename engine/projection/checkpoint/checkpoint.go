package checkpoint

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// Checkpoint is where a projection is: its position in the log, and the streams that it goes on
// without.
type Checkpoint struct {
	Position int64
	Parkings int64
	Built    bool               // it has reached the log's end once
	Parked   map[uuid.UUID]bool // true if it waits for the stream, false if the stream was discarded
	Ahead    bool               // it is ahead of the log
}

// Waiting returns how many streams the projection waits for.
func (c *Checkpoint) Waiting() int {
	count := 0
	for _, waits := range c.Parked {
		if waits {
			count++
		}
	}
	return count
}

// aheadSQL is a condition on a checkpoint c: the log does not have the event that it was moved to.
var aheadSQL = `(c.position > ` + logsql.Head + `
		OR c.position > 0 AND c.event_position IS NOT DISTINCT FROM c.position AND NOT ` + logsql.Holds("c.position", "c.event_id") + `)`

// QueueRead queues the query of a projection's checkpoint, and returns where the answer will be.
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

// Execer is a pool, a connection or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Enroll makes sure that the projection has a checkpoint. A new one is not built yet.
func Enroll(ctx context.Context, on Execer, projection string) error {
	const sql = `INSERT INTO checkpoints (projection, built_at) VALUES ($1, NULL) ON CONFLICT DO NOTHING`
	if _, err := on.Exec(ctx, sql, projection); err != nil {
		return fmt.Errorf("enroll projection %s: %w", projection, err)
	}
	return nil
}

// MarkBuilt notes that the projection is at the end of a log in which there was nothing for it to
// do: its tables may be read from now on.
func (c *Checkpoint) MarkBuilt(ctx context.Context, on Execer, projection string) error {
	const sql = `UPDATE checkpoints SET built_at = clock_timestamp() WHERE projection = $1 AND built_at IS NULL`
	if _, err := on.Exec(ctx, sql, projection); err != nil {
		return fmt.Errorf("mark projection as built: %w", err)
	}
	c.Built = true
	return nil
}
