package batch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// project applies a batch and moves the checkpoint in one transaction, so that rows and checkpoint
// always agree. The checkpoint is moved by compare-and-set, which fails if another process has
// moved the checkpoint. The compare-and-set is the first statement: otherwise a later statement
// could fail first, with an error that hides the real cause.
func (a *Applier) project(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint, batch []event.Recorded) error {
	started, lastEvent := time.Now(), batch[len(batch)-1]
	last := lastEvent.Position
	work := &pgx.Batch{}
	work.BeginTx(pgx.TxOptions{})
	at.QueueMove(work, a.Name, last, lastEvent.ID, 0)
	run := slices.DeleteFunc(slices.Clone(batch), func(e event.Recorded) bool {
		_, parked := at.Parked[e.StreamID]
		return parked
	})
	applied, err := Queue(work, run, a.Decode, a.Apply)
	if err != nil {
		return err
	}
	reconcile.Book(work, a.Name, at.Position, last, applied)
	if err := checkpoint.Commit(ctx, conn, work); err != nil {
		return fmt.Errorf("project events %d to %d: %w", at.Position+1, last, err)
	}
	at.Position = last
	a.Metrics.projected(a.Name, len(batch), time.Since(started), trace.SpanFromContext(ctx))
	return nil
}
