package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Lock is the name of a session lock: the process that has this lock compares applied events with
// the log.
const Lock = "reconcile"

// Reconciler compares the log with the events that projections have applied.
type Reconciler struct {
	pool        *pgxpool.Pool
	projections []string
	timeout     time.Duration
	logger      *slog.Logger
}

// New returns a Reconciler for the given projections. timeout limits the comparison of one range.
func New(pool *pgxpool.Pool, projections []string, timeout time.Duration, logger *slog.Logger) *Reconciler {
	return &Reconciler{pool, projections, timeout, logger}
}

// Reconcile compares the events of the log with the events that each projection was given.
// Reconcile compares only ranges that were not compared before, up to the projection's position. If
// a stream is parked, the event at which it is parked, and its later events, count as events that
// the projection was not given.
func (r *Reconciler) Reconcile(ctx context.Context) (found []Reconciled, err error) {
	err = lock.Hold(ctx, r.pool, Lock, func(ctx context.Context, conn *pgx.Conn) error {
		found, err = r.reconcile(ctx, conn)
		return err
	})
	return found, err
}

// Run reconciles once in each interval until ctx ends. If several processes call Run, only one of
// them reconciles.
func (r *Reconciler) Run(ctx context.Context, every time.Duration) error {
	const settleIn = time.Minute // a process that starts has more urgent work
	for pause := min(settleIn, every); ; pause = every {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		err := lock.TryHold(ctx, r.pool, Lock, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := r.reconcile(ctx, conn)
			return err
		})
		if err != nil && !errors.Is(err, lock.ErrHeld) && ctx.Err() == nil {
			r.logger.Error("reconciling interrupted", "error", err, "retry_seconds", every.Seconds())
		}
	}
}

func (r *Reconciler) reconcile(ctx context.Context, conn *pgx.Conn) ([]Reconciled, error) {
	found := make([]Reconciled, 0, len(r.projections))
	for _, projection := range r.projections {
		one, err := r.one(ctx, conn, projection)
		if err != nil {
			return nil, fmt.Errorf("reconcile %s: %w", projection, err)
		}
		found = append(found, one)
	}
	return found, nil
}

// one closes the range to which a projection still adds batches, so that this range does not change
// any more. Then the function one compares all ranges of the projection that were not compared yet.
func (r *Reconciler) one(ctx context.Context, conn *pgx.Conn, projection string) (Reconciled, error) {
	const closeAll = `UPDATE applied_ranges SET closed = true WHERE projection = $1 AND reconciled_at IS NULL AND NOT closed`
	if _, err := conn.Exec(ctx, closeAll, projection); err != nil {
		return Reconciled{}, fmt.Errorf("close ranges: %w", err)
	}
	all := ranges{projection, r.timeout, r.logger.With("projection", projection)}
	var compared int64
	for after := int64(0); ; {
		next, err := all.compareNext(ctx, conn, after)
		if errors.Is(err, pgx.ErrNoRows) {
			break
		}
		if err != nil {
			return Reconciled{}, err
		}
		after, compared = next.First, compared+next.Last-next.First+1
	}
	return findings(ctx, conn, projection, compared)
}

// ErrNoDifference means that the projection has no difference to accept.
var ErrNoDifference = errors.New("there is no difference to accept")

// Accept ends the alarm about the differences that were found. The differences stay stored, with
// the operator, the time and the reason.
func (r *Reconciler) Accept(ctx context.Context, projection, by, note string) (ranges int64, err error) {
	const sql = `
		UPDATE applied_ranges SET accepted_at = clock_timestamp(), accepted_by = $2, accept_note = $3
		WHERE projection = $1 AND differs AND accepted_at IS NULL`
	if !slices.Contains(r.projections, projection) {
		return 0, fmt.Errorf("no projection %q", projection)
	}
	tag, err := r.pool.Exec(ctx, sql, projection, by, note)
	switch {
	case err != nil:
		return 0, fmt.Errorf("accept differences: %w", err)
	case tag.RowsAffected() == 0:
		return 0, fmt.Errorf("%s: %w", projection, ErrNoDifference)
	}
	return tag.RowsAffected(), nil
}
