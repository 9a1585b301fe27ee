package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/pg/retry"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
)

// worker is one consumer of the log, with a checkpoint of its own.
type worker struct {
	applier *batch.Applier
	poll    time.Duration
	wake    <-chan struct{}
	logger  *slog.Logger

	stopped bool // it was logged that the projection is stopped
}

const maxBackoff = 5 * time.Second

// run takes the projection whenever it is free, and keeps it up to date.
func (w *worker) run(ctx context.Context) error {
	const minBackoff = 50 * time.Millisecond
	return retry.Backoff{Least: minBackoff, Most: maxBackoff}.Repeat(ctx, func(ctx context.Context) (moved bool, err error) {
		if err := w.enroll(ctx); err != nil {
			return false, err
		}
		err = lock.Hold(ctx, w.applier.Pool, checkpoint.RunLock(w.applier.Name), func(ctx context.Context, conn *pgx.Conn) error {
			return w.follow(ctx, conn, &moved)
		})
		return moved, err
	}, func(err error, retryIn time.Duration) error {
		if errors.Is(err, batch.ErrBrokenLog) {
			return fmt.Errorf("project %s: %w", w.applier.Name, err)
		}
		w.applier.Metrics.Failed(w.applier.Name)
		w.logger.Error("projection interrupted, trying again", "error", err, "retry_in", retryIn)
		return nil
	})
}

// follow projects all events, waits for more, and so on. moved becomes true when the checkpoint
// moves. While there is nothing to do it reads the checkpoint again and again, which keeps the
// lock, and notices a session that was ended.
func (w *worker) follow(ctx context.Context, conn *pgx.Conn, moved *bool) error {
	w.logger.Info("projection taken")
	w.applier.Metrics.Taken(w.applier.Name)
	defer w.applier.Metrics.LetGo(w.applier.Name)
	for at := (*checkpoint.Checkpoint)(nil); ; {
		here, count, err := w.applier.Step(ctx, conn, at)
		at = here
		if errors.Is(err, checkpoint.ErrAhead) {
			w.standStill(ctx, err)
			continue
		}
		if err != nil {
			return err
		}
		w.stopped = false
		if !at.Built && count == 0 {
			if err := w.markBuilt(ctx, conn, at); err != nil {
				return err
			}
		}
		if count == 0 {
			w.wait(ctx)
			at = nil
			continue
		}
		*moved = true
		retry.Pause(ctx, w.lull(count))
	}
}

// enroll makes sure that the projection has a checkpoint.
func (w *worker) enroll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.applier.Timeout)
	defer cancel()
	return checkpoint.Enroll(ctx, w.applier.Pool, w.applier.Name)
}

// markBuilt marks the projection as built, at the log's end.
func (w *worker) markBuilt(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint) error {
	ctx, cancel := context.WithTimeout(ctx, w.applier.Timeout)
	defer cancel()
	return at.MarkBuilt(ctx, conn, w.applier.Name)
}

// lull returns how long to let the next batch gather. A transaction for each append would cost the
// database more than the appends: the busier the log, the longer the lull, up to 20 ms. There is
// none if single events come or a full batch shows a backlog.
func (w *worker) lull(count int) time.Duration {
	if count <= 4 || count == w.applier.MaxBatch {
		return 0
	}
	return min(time.Duration(count)*400*time.Microsecond, 20*time.Millisecond)
}

// wait returns at a hint, or at the poll that works without one, and in any case before a waiting
// process takes this one for dead.
func (w *worker) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-time.After(min(w.poll, lock.StallAfter/2)):
	}
}

// standStill logs once that the projection is stopped, and waits a while: an operator may have
// decided then.
func (w *worker) standStill(ctx context.Context, err error) {
	if !w.stopped {
		w.logger.Error("projection stopped until an operator decides", "error", err)
	}
	w.stopped = true
	w.wait(ctx)
}
