package checkpoint

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// ErrMoved means that the Checkpoint in memory is out of date: another process has changed the row.
var ErrMoved = errors.New("checkpoint was moved by somebody else")

func movedOne(tag pgconn.CommandTag) error {
	if tag.RowsAffected() != 1 {
		return ErrMoved
	}
	return nil
}

// QueueMove queues a statement that moves a checkpoint to an event by compare-and-set. The column
// parkings of the checkpoint counts the changes of parked streams; the statement also adds the
// argument parkings to this column. When a new projection reaches the end of the log, the statement
// also marks the projection as built. From then on, queries may read the projection's tables.
func (c *Checkpoint) QueueMove(work *pgx.Batch, projection string, to int64, event uuid.UUID, parkings int) {
	const sql = `
		UPDATE checkpoints SET position = $3, event_position = $3, event_id = $6, parkings = parkings + $5, updated_at = clock_timestamp(),
		       built_at = coalesce(built_at, CASE WHEN $3::bigint >= ` + logsql.Head + ` THEN clock_timestamp() END)
		WHERE projection = $1 AND position = $2 AND parkings = $4`
	work.Queue(sql, projection, c.Position, to, c.Parkings, parkings, event).Exec(movedOne)
}

// QueueTell queues a statement that increases the checkpoint's count of changes of parked streams.
// The process that runs the projection then reads the parked streams again.
func QueueTell(work *pgx.Batch, projection string) {
	work.Queue(`UPDATE checkpoints SET parkings = parkings + 1 WHERE projection = $1`, projection).Exec(movedOne)
}

// Commit sends a batch whose first statement is BEGIN, and commits the transaction. If a statement
// fails, Commit rolls the transaction back.
func Commit(ctx context.Context, conn *pgx.Conn, work *pgx.Batch) error {
	results := conn.SendBatch(ctx, work)
	if err := results.Close(); err != nil {
		return errors.Join(err, results.Tx().Rollback(ctx))
	}
	return results.Tx().Commit(ctx)
}

// Hold locks the checkpoint until the transaction ends. Hold also limits how long the transaction
// may be idle. Without this limit, a process that freezes would keep the lock. Hold returns the
// position of the checkpoint. If the log ends before this position, Hold returns the end of the
// log.
func Hold(ctx context.Context, tx pgx.Tx, projection string) (position int64, err error) {
	const sql = `
		SELECT least(position, ` + logsql.Head + `) FROM checkpoints WHERE projection = $1 FOR NO KEY UPDATE`
	if position, err = bounded(ctx, tx, sql, projection); err != nil {
		return 0, fmt.Errorf("hold checkpoint: %w", err)
	}
	return position, nil
}

// Stop locks the checkpoint, as Hold does. Stop also makes the process that runs the projection
// read the parked streams again.
func Stop(ctx context.Context, tx pgx.Tx, projection string) (position int64, err error) {
	const sql = `
		UPDATE checkpoints SET parkings = parkings + 1 WHERE projection = $1
		RETURNING least(position, ` + logsql.Head + `)`
	if position, err = bounded(ctx, tx, sql, projection); err != nil {
		return 0, fmt.Errorf("stop checkpoint: %w", err)
	}
	return position, nil
}

func bounded(ctx context.Context, tx pgx.Tx, sql, projection string) (position int64, err error) {
	const bound = `SELECT set_config('idle_in_transaction_session_timeout', $1, true)`
	if _, err := tx.Exec(ctx, bound, fmt.Sprint(lock.StallAfter.Milliseconds())); err != nil {
		return 0, fmt.Errorf("bound transaction: %w", err)
	}
	err = tx.QueryRow(ctx, sql, projection).Scan(&position)
	return position, err
}
