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

// worker runs one projection: it applies the events of the log that come after its checkpoint.
type worker struct {
	applier *batch.Applier
	poll    time.Duration
	wake    <-chan struct{}
	logger  *slog.Logger

	stopped bool // whether the stop of the projection was logged
}

const maxBackoff = 5 * time.Second

// run waits for the session lock of the projection, and runs the projection while it has the lock.
// After the loss of the lock, run waits for the lock again, until ctx ends. Only a gap in the log
// makes run return an error; after other errors, run retries.
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
		w.logger.Error("projection interrupted, trying again", "error", err, "retry_seconds", retryIn.Seconds())
		return nil
	})
}

// follow applies all new events, and waits for further events, again and again. When the checkpoint
// moves, follow sets moved to true. If there are no new events, follow reads the checkpoint at
// intervals. These reads keep the session active, and fail if somebody has ended the session.
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

func (w *worker) enroll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.applier.Timeout)
	defer cancel()
	return checkpoint.Enroll(ctx, w.applier.Pool, w.applier.Name)
}

// markBuilt records that the projection has reached the end of the log.
func (w *worker) markBuilt(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint) error {
	ctx, cancel := context.WithTimeout(ctx, w.applier.Timeout)
	defer cancel()
	return at.MarkBuilt(ctx, conn, w.applier.Name)
}

// lull returns the pause before the next batch. More events arrive in this pause, and the next
// batch applies them together. If each append led to a transaction of the projection, these
// transactions would cost the database more than the appends. For this reason the pause grows with
// the number of events in the last batch, up to 20 ms. After at most four events, the pause is 0.
// After a full batch, the pause is also 0, because more events wait in the log.
func (w *worker) lull(count int) time.Duration {
	if count <= 4 || count == w.applier.MaxBatch {
		return 0
	}
	return min(time.Duration(count)*400*time.Microsecond, 20*time.Millisecond)
}

// wait returns when new events are signalled, and at the latest after the poll interval. If the
// poll interval is longer than half of lock.StallAfter, wait returns at the latest after half of
// lock.StallAfter: a session that is silent for lock.StallAfter loses its lock.
func (w *worker) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-time.After(min(w.poll, lock.StallAfter/2)):
	}
}

// standStill logs once that the projection is stopped, and waits for a poll interval. After that,
// the function follow reads the checkpoint again, because an operator may have changed the
// checkpoint meanwhile.
func (w *worker) standStill(ctx context.Context, err error) {
	if !w.stopped {
		w.logger.Error("projection stopped until an operator decides", "error", err)
	}
	w.stopped = true
	w.wait(ctx)
}
