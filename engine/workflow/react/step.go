package react

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/tracing"
)

// step reacts to the next batch of events after the checkpoint, in one transaction: the states of
// the instances, their jobs and the checkpoint commit together. If the database can't store some
// data, step uses several transactions. If *at is nil, step first reads the checkpoint. step returns
// the number of events.
func (r *Reactor) step(ctx context.Context, conn *pgx.Conn, name string, at **checkpoint.Checkpoint) (count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	if *at == nil {
		if *at, err = r.checkpoint(ctx, conn, name); err != nil {
			*at = nil
			return 0, err
		}
	}
	here := *at
	run, err := batch.Next(ctx, r.Log, conn, here.Position, r.MaxBatch)
	if err != nil || len(run) == 0 {
		return 0, err
	}
	started := time.Now()
	last := run[len(run)-1]
	ctx, spans := tracing.StartBatch(ctx, r.Tracer, run, event.Recorded.Traceparent, "react", r.Workflow.Name, trace.SpanKindConsumer)
	added, err := r.advance(ctx, conn, here, name, run)
	spans.End(len(run), 0, err)
	if err != nil {
		*at = nil
		return 0, fmt.Errorf("react to events %d to %d: %w", run[0].Position, last.Position, err)
	}
	r.Metrics.reacted(r.Workflow.Name, len(run), added, time.Since(started))
	return len(run), nil
}

func (r *Reactor) checkpoint(ctx context.Context, conn *pgx.Conn, name string) (*checkpoint.Checkpoint, error) {
	look := &pgx.Batch{}
	at := checkpoint.QueueRead(look, name)
	if err := conn.SendBatch(ctx, look).Close(); err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	if at.Ahead {
		return nil, at.StopAhead(ctx, conn, name, "ops workflows resume goes on from where the log ends")
	}
	return at, nil
}

// commit moves the checkpoint by compare-and-set, adds the jobs and saves the instances. The
// compare-and-set is the first statement: if another process has moved the checkpoint, nothing else
// is done.
func (r *Reactor) commit(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint, name string, last event.Recorded, all *planned) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		at.QueueMove(work, name, last.Position, last.ID, 0)
		if err := tx.SendBatch(ctx, work).Close(); err != nil {
			return err
		}
		return r.write(ctx, tx, all)
	})
	if err == nil {
		at.Position = last.Position
	}
	return err
}
