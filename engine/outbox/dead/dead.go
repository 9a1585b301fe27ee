package dead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Messages lets operators list, redrive (move back to the outbox) and drop dead messages. Messages
// may be used while a relay runs.
type Messages struct{ pool *pgxpool.Pool }

// New returns Messages.
func New(pool *pgxpool.Pool) *Messages { return &Messages{pool} }

// Stream is a stream with a dead message. Behind is the number of later messages of this stream
// that were moved to dead_messages, too. All other fields describe the message that the broker
// refused.
type Stream struct {
	StreamID uuid.UUID `json:"stream_id"`
	Type     string    `json:"type"`
	EventID  uuid.UUID `json:"event_id"`
	Position int64     `json:"position"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error"`
	DeadAt   time.Time `json:"dead_at"`
	Behind   int64     `json:"behind"`
}

// ErrNotDead says that no message of the stream is in dead_messages.
var ErrNotDead = errors.New("no message of this stream was set aside")

// List returns the streams with dead messages, ordered by the positions of their refused messages.
func (d *Messages) List(ctx context.Context) ([]Stream, error) {
	const sql = `
		SELECT m.stream_id, m.type, m.event_id, m.position, m.attempts, coalesce(m.error, '') AS error, m.dead_at, s.behind
		FROM (SELECT min(position) AS position, count(*) - 1 AS behind FROM dead_messages WHERE dropped_at IS NULL GROUP BY stream_id) s
		JOIN dead_messages m ON m.position = s.position
		ORDER BY m.position`
	rows, err := d.pool.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("read dead messages: %w", err)
	}
	streams, err := pgx.CollectRows(rows, pgx.RowToStructByName[Stream])
	if err != nil {
		return nil, fmt.Errorf("read dead messages: %w", err)
	}
	return streams, nil
}

// Waiting returns the number of messages in the outbox.
func (d *Messages) Waiting(ctx context.Context) (messages int64, err error) {
	if err := d.pool.QueryRow(ctx, `SELECT count(*) FROM outbox`).Scan(&messages); err != nil {
		return 0, fmt.Errorf("count messages: %w", err)
	}
	return messages, nil
}

// Redrive moves all dead messages of a stream back to the outbox in one transaction. The relay
// sends them in order, before newer messages of the stream. Redrive returns the number of moved
// messages.
func (d *Messages) Redrive(ctx context.Context, stream uuid.UUID) (redriven int64, err error) {
	err = d.alone(ctx, func(ctx context.Context, tx pgx.Tx) error {
		redriven, err = redrive(ctx, tx, stream)
		if err == nil && redriven == 0 {
			return ErrNotDead
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("redrive stream %s: %w", stream, err)
	}
	return redriven, nil
}

// Drop gives up the first dead message of a stream, and moves the stream's other dead messages back
// to the outbox. The dropped message stays in the table dead_messages, with the operator, the time
// and the reason. Drop returns the number of messages that were moved back.
func (d *Messages) Drop(ctx context.Context, stream uuid.UUID, by, note string) (redriven int64, err error) {
	const sql = `
		UPDATE dead_messages SET dropped_at = now(), dropped_by = $2, drop_note = $3
		WHERE position = (SELECT min(position) FROM dead_messages WHERE stream_id = $1 AND dropped_at IS NULL)`
	err = d.alone(ctx, func(ctx context.Context, tx pgx.Tx) error {
		dropped, err := tx.Exec(ctx, sql, stream, by, note)
		if err == nil && dropped.RowsAffected() == 0 {
			return ErrNotDead
		}
		if err == nil {
			redriven, err = redrive(ctx, tx, stream)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("drop the dead message of stream %s: %w", stream, err)
	}
	return redriven, nil
}

// redrive moves all dead messages of a stream back to the outbox, by the SQL function redrive.
// The relay finds the messages at its next read.
func redrive(ctx context.Context, tx pgx.Tx, stream uuid.UUID) (int64, error) {
	var moved int64
	err := tx.QueryRow(ctx, `SELECT redrive($1)`, stream).Scan(&moved) // the projector's login has no permission to insert into the outbox
	return moved, err
}

// alone runs work in a transaction that has the lock on dead messages. If another session has
// the lock, alone tries again for up to ten seconds: a relay needs the lock only for a short
// time.
func (d *Messages) alone(ctx context.Context, work func(ctx context.Context, tx pgx.Tx) error) error {
	for deadline := time.Now().Add(10 * time.Second); ; {
		err := pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error { return alone(ctx, tx, work) })
		if !errors.Is(err, errBusy) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
