package eventstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/database"
)

// mostQueueFull is how full the notification queue may be.
const mostQueueFull = 0.99

// Ready returns nil while appends go through, or why they do not. It needs no Run and costs
// appends nothing: it takes no lock, and appends nothing. It may take a second while somebody
// holds a lock that appends need, or a required standby does not answer.
func (s *Store) Ready(ctx context.Context) error {
	return database.Look(ctx, s.pool, func(conn *pgx.Conn) error {
		for _, look := range []func(context.Context, *pgx.Conn) error{
			database.CheckWritesOn, s.checkLocks, s.checkHeldUp, s.checkNotifications, s.checkLastFlight,
		} {
			if err := look(ctx, conn); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkNotifications fails if nobody in the cluster can notify any more.
func (s *Store) checkNotifications(ctx context.Context, conn *pgx.Conn) error {
	const sql = `SELECT pg_notification_queue_usage()`
	var usage float64
	if err := conn.QueryRow(ctx, sql).Scan(&usage); err != nil {
		return fmt.Errorf("look at the notification queue: %w", err)
	}
	s.metrics.notificationQueue.Set(usage)
	if usage >= mostQueueFull {
		return errors.New("the queue of notifications is full (pg_notification_queue_usage): a session of this cluster that " +
			"listens sits in a transaction, and the server's log names its process")
	}
	return nil
}

// noteFlight remembers what a flight failed with if the next one fails, too, until somebody
// does something: the server is out of space, a table or a right is missing, or a lock is
// held that many appends need.
func (s *Store) noteFlight(batch []*pending, err error) {
	if err == nil {
		s.health.failure.Store(nil)
		s.noteLanding()
		return
	}
	if fateOf(err) == heldUp {
		s.noteHeldUp(batch, err)
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (class(pgErr) == "53" || class(pgErr) == "42") {
		s.health.failure.Store(&err)
	}
}

// checkLastFlight fails after such a flight, until one goes through or a trial does.
func (s *Store) checkLastFlight(ctx context.Context, _ *pgx.Conn) error {
	failure := s.health.failure.Load()
	if failure == nil {
		return nil
	}
	if err := s.try(ctx); err != nil {
		return fmt.Errorf("appends fail: %w; the last one: %w", err, *failure)
	}
	s.health.failure.CompareAndSwap(failure, nil)
	return nil
}

// try is an append of nothing: it needs all the rights of one. And it needs room for some
// megabytes, in a temporary file.
func (s *Store) try(ctx context.Context) error {
	const room = `
		SELECT count(*) FROM (SELECT repeat(md5(n::text), 32) AS text FROM generate_series(1, 4096) AS n ORDER BY text) AS sorted`
	err := s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		trial := &pgx.Batch{}
		trial.Queue("BEGIN")
		trial.Queue(`SELECT set_config('work_mem', '64kB', true)`)
		trial.Queue(room)
		trial.Queue("ROLLBACK")
		return conn.SendBatch(ctx, trial).Close()
	})
	if err != nil {
		return err
	}
	return s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, appendSQL, newColumns(nil).arguments(s.rests())...)
		return err
	})
}
