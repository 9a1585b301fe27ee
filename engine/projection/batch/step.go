package batch

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/reconcile"
	"example.com/pgcqrs/engine/tracing"
)

// ErrBrokenLog means that the positions of the log have a gap. A projection stops at a gap, because
// rows that are computed without the missing events would be wrong.
var ErrBrokenLog = errors.New("the log has a hole")

// Step applies the next batch of events after the checkpoint in the argument at. If at is nil, Step
// first reads the checkpoint from the database. Step returns the moved checkpoint, and the number
// of events in the batch.
func (a *Applier) Step(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint) (here *checkpoint.Checkpoint, count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.Timeout)
	defer cancel()
	if at == nil {
		if at, err = a.Checkpoint(ctx, conn); err != nil {
			return nil, 0, err
		}
	}
	batch, err := Next(ctx, a.Log, conn, at.Position, a.MaxBatch)
	if err != nil || len(batch) == 0 {
		return at, 0, err
	}
	ctx, spans := tracing.StartBatch(ctx, a.Tracer, batch, event.Recorded.Traceparent, "project", a.Name, trace.SpanKindConsumer)
	err = a.advance(ctx, conn, at, batch)
	spans.End(len(batch), 0, err)
	return at, len(batch), err
}

// Checkpoint reads the checkpoint of the projection. If the checkpoint is ahead of the log,
// Checkpoint stops the projection and returns ErrAhead. If somebody has set the checkpoint back to
// an earlier position, Checkpoint deletes the records of the events that were applied after this
// position. These events will be applied again.
func (a *Applier) Checkpoint(ctx context.Context, conn *pgx.Conn) (*checkpoint.Checkpoint, error) {
	look := &pgx.Batch{}
	notedTo := reconcile.QueueLast(look, a.Name)
	at := checkpoint.QueueRead(look, a.Name)
	if err := conn.SendBatch(ctx, look).Close(); err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	a.Metrics.parked.WithLabelValues(a.Name).Set(float64(at.Waiting()))
	if at.Ahead {
		return nil, at.StopAhead(ctx, conn, a.Name, a.WayOut)
	}
	if *notedTo > at.Position {
		if err := reconcile.ForgetBeyond(ctx, conn, a.Name); err != nil {
			return at, err
		}
		a.Logger.Warn("somebody has set the checkpoint back: what was applied after it is not reconciled", "position", at.Position)
	}
	return at, nil
}

// Next reads the events after a position, and fails if their positions have a gap. The connection
// must be the one that has the session lock: if Next used another connection, the lock's connection
// would be idle, and a waiting process would take the lock.
func Next(ctx context.Context, log Log, conn *pgx.Conn, position int64, limit int) ([]event.Recorded, error) {
	batch, err := log.AfterOn(ctx, conn, position, limit)
	if err != nil {
		return nil, err
	}
	for _, e := range batch {
		if position++; e.Position != position {
			return nil, fmt.Errorf("%w: position %d where %d was due", ErrBrokenLog, e.Position, position)
		}
	}
	return batch, nil
}
