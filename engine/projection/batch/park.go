package batch

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// InapplicableError is the error for an event that can't be applied, if the field Strict of the
// Applier is true.
type InapplicableError struct {
	Event event.Recorded
	cause error
}

func (e *InapplicableError) Error() string {
	return fmt.Sprintf("stream %s at version %d: %v", e.Event.StreamID, e.Event.Version, e.cause)
}

func (e *InapplicableError) Unwrap() error { return e.cause }

// advance applies a batch of events to the tables. If an event in the batch can't be applied,
// advance splits the batch into halves until that event is alone in a batch. Then advance parks the
// stream of the event, and applies the other events. If the field Strict of the Applier is true,
// advance returns an InapplicableError and does not park the stream.
func (a *Applier) advance(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint, batch []event.Recorded) error {
	err := a.on(ctx, conn, func(conn *pgx.Conn) error { return a.project(ctx, conn, at, batch) })
	switch {
	case err == nil || !BlamesEvent(err):
		return err
	case len(batch) == 1 && a.Strict:
		return &InapplicableError{Event: batch[0], cause: err}
	case len(batch) == 1:
		return a.on(ctx, conn, func(conn *pgx.Conn) error { return a.park(ctx, conn, at, batch[0], err) })
	}
	half := len(batch) / 2
	if err := a.advance(ctx, conn, at, batch[:half]); err != nil {
		return err
	}
	return a.advance(ctx, conn, at, batch[half:])
}

// on calls the function work with conn, or with another connection of the pool if conn is closed.
// pgx closes conn if it can't encode an argument of a statement. The session lock ends with conn,
// but the compare-and-set of the checkpoint is enough to exclude other processes.
func (a *Applier) on(ctx context.Context, conn *pgx.Conn, work func(conn *pgx.Conn) error) error {
	if !conn.IsClosed() {
		return work(conn)
	}
	return a.Pool.AcquireFunc(ctx, func(other *pgxpool.Conn) error { return work(other.Conn()) })
}

// park moves the checkpoint past an event that can't be applied, and records that the stream of
// this event is parked at the event.
func (a *Applier) park(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint, e event.Recorded, cause error) error {
	const sql = `
		INSERT INTO parked_streams (projection, stream_id, stream_type, version, position, error)
		VALUES ($1, $2, $3, $4, $5, $6)`
	work := &pgx.Batch{}
	work.BeginTx(pgx.TxOptions{})
	at.QueueMove(work, a.Name, e.Position, e.ID, 1)
	reconcile.Book(work, a.Name, at.Position, e.Position, nil)
	work.Queue(sql, a.Name, e.StreamID, e.StreamType, e.Version, e.Position, Storable(cause))
	if err := checkpoint.Commit(ctx, conn, work); err != nil {
		return fmt.Errorf("park stream %s: %w", e.StreamID, err)
	}
	at.Position = e.Position
	at.Parkings++
	at.Parked[e.StreamID] = true
	a.Metrics.parked.WithLabelValues(a.Name).Set(float64(at.Waiting()))
	a.Logger.Error("stream parked: its events wait from here on", "stream", e.StreamID, "position", e.Position, "error", cause)
	return nil
}
