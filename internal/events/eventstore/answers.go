package eventstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// Answers are what was answered under idempotency keys; those that were not, or
// not any more, are left out. What is returned would survive a promotion.
func (s *Store) Answers(ctx context.Context, keys []string) (map[string]events.Answered, error) {
	const sql = `
		SELECT key, stream_id, version, position, fingerprint, ` + database.AwaitStandby + `
		FROM idempotency_keys WHERE key = ANY ($1) AND expires_after > (SELECT seconds FROM elapsed)`
	found := make(map[string]events.Answered)
	err := s.confirmed(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, keys)
		if err != nil {
			return err
		}
		var key string
		var a events.Answered
		_, err = pgx.ForEachRow(rows, []any{&key, &a.StreamID, &a.Version, &a.Position, &a.Fingerprint, nil}, func() error {
			found[key] = a
			a.Fingerprint = nil // the next row's must not be written over this one's
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up idempotency keys: %w", unavailable(err))
	}
	return found, nil
}

// ForgetExpired deletes expired answers, a bounded number a statement so that it
// never holds locks for long, until none is left. It says how many there were.
func (s *Store) ForgetExpired(ctx context.Context) (int64, error) {
	const batch = 1000
	var total int64
	for {
		count, err := s.forget(ctx, batch)
		if err != nil {
			return total, fmt.Errorf("delete expired idempotency keys: %w", err)
		}
		total += count
		if count < batch {
			return total, nil
		}
	}
}

// forget bounds one statement: a connection may have died unheard.
func (s *Store) forget(ctx context.Context, batch int) (count int64, err error) {
	const sql = `SELECT forget_expired($1)`
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err = s.pool.QueryRow(ctx, sql, batch).Scan(&count)
	return count, err
}

// RunForgetting calls ForgetExpired at once and then every interval until ctx
// ends, and counts the time by which keys expire; failures go to report and are tried again.
func (s *Store) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
	forget, count := time.NewTicker(interval), time.NewTicker(elapsedStep/6)
	defer forget.Stop()
	defer count.Stop()
	var e elapsed
	try := func(do func(context.Context) error) {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			report(err)
		}
	}
	forgetExpired := func(ctx context.Context) error {
		_, err := s.ForgetExpired(ctx)
		return err
	}
	for try(forgetExpired); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-count.C:
			try(func(ctx context.Context) error { return e.count(ctx, s.pool) })
		case <-forget.C:
			try(forgetExpired)
		}
	}
}
