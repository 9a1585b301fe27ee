package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/internal/database"
)

// Times and bounds of Ready.
const (
	holdFor       = time.Second           // one append that holds the lock for so long keeps all others from it
	lookAgain     = 20 * time.Millisecond // at a lock that is held; flights take a few milliseconds
	mostQueueFull = 0.99                  // of the notification queue
)

// Ready returns nil while appends go through, or why they do not. It needs no Run and costs
// appends nothing: it takes no lock, and appends nothing. It may take a second while the
// append lock is held.
func (s *Store) Ready(ctx context.Context) error {
	looks := []func(context.Context) error{
		func(ctx context.Context) error { return database.CheckWrites(ctx, s.pool) },
		s.checkLock,
		s.checkNotifications,
		s.checkLastFlight,
	}
	for _, look := range looks {
		if err := look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// holder is a transaction that holds the append lock.
type holder struct {
	pid         int32  // 0: nobody
	transaction string // of the server's process; the same one for as long as the lock is held
	text        string // for people
}

// lockHolder says who holds the append lock. Nothing else of Ready knows what kind of lock
// it is. Of other users' sessions the server tells no more than these columns.
func (s *Store) lockHolder(ctx context.Context) (h holder, err error) {
	const sql = `
		SELECT l.pid, l.virtualtransaction,
		       concat(coalesce(nullif(a.application_name, ''), 'a session without a name'), ' (server process ', l.pid, coalesce(', ' || a.state, ''),
		              coalesce(', waits for ' || a.wait_event, ''), ')')
		FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE l.locktype = 'relation' AND l.relation = to_regclass('append_lock') AND l.mode = 'ExclusiveLock' AND l.granted
		  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	err = s.pool.QueryRow(ctx, sql).Scan(&h.pid, &h.transaction, &h.text)
	if errors.Is(err, pgx.ErrNoRows) {
		return holder{}, nil
	}
	if err != nil {
		return holder{}, fmt.Errorf("look who holds the append lock: %w", err)
	}
	return h, nil
}

// checkLock fails if one transaction holds the append lock for holdFor: what is held by one
// flight after another moves on.
func (s *Store) checkLock(ctx context.Context) error {
	first, err := s.lockHolder(ctx)
	if err != nil {
		return err
	}
	for wait, since := lookAgain, s.heldSince(first); first.pid != 0; wait = min(2*wait, holdFor/4) {
		if held := time.Since(since); held >= holdFor {
			return fmt.Errorf("the append lock is held by %s, for %s at least", first.text, held.Round(time.Second))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("look who holds the append lock: %w", ctx.Err())
		case <-time.After(wait):
		}
		now, err := s.lockHolder(ctx)
		if err != nil {
			return err
		}
		if now.pid != first.pid || now.transaction != first.transaction {
			return nil
		}
	}
	return nil
}

// heldSince says since when a look has found the lock held by the same transaction.
func (s *Store) heldSince(h holder) time.Time {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if s.health.holder.pid != h.pid || s.health.holder.transaction != h.transaction {
		s.health.holder, s.health.since = h, time.Now()
	}
	return s.health.since
}

// checkNotifications fails if nobody in the cluster can notify any more.
func (s *Store) checkNotifications(ctx context.Context) error {
	const sql = `SELECT pg_notification_queue_usage()`
	var usage float64
	if err := s.pool.QueryRow(ctx, sql).Scan(&usage); err != nil {
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
// does something: the server is out of space, or a table or a right is missing.
func (s *Store) noteFlight(err error) {
	if err == nil {
		s.health.failure.Store(nil)
		return
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (class(pgErr) == "53" || class(pgErr) == "42") {
		s.health.failure.Store(&err)
	}
}

// checkLastFlight fails after such a flight, until one goes through or a trial does.
func (s *Store) checkLastFlight(ctx context.Context) error {
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
