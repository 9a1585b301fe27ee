package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
)

// Answer is what was answered under an idempotency key; false if nothing was, or
// not any more.
func (s *Store) Answer(ctx context.Context, key string) (events.Answered, bool, error) {
	const sql = `
		SELECT stream_id, version, position, fingerprint
		FROM idempotency_keys WHERE key = $1 AND expires_at > clock_timestamp()`
	var a events.Answered
	err := s.pool.QueryRow(ctx, sql, key).Scan(&a.StreamID, &a.Version, &a.Position, &a.Fingerprint)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("look up idempotency key: %w", unavailable(err))
	}
	return a, true, nil
}

// ForgetExpired deletes expired answers, a bounded number a statement so that it
// never holds locks for long, until none is left. It says how many there were.
func (s *Store) ForgetExpired(ctx context.Context) (int64, error) {
	const batch = 1000
	const sql = `
		DELETE FROM idempotency_keys WHERE key IN (
		    SELECT key FROM idempotency_keys WHERE expires_at <= clock_timestamp()
		    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
		  AND expires_at <= clock_timestamp()`
	var total int64
	for {
		tag, err := s.pool.Exec(ctx, sql, batch)
		if err != nil {
			return total, fmt.Errorf("delete expired idempotency keys: %w", err)
		}
		total += tag.RowsAffected()
		if tag.RowsAffected() < batch {
			return total, nil
		}
	}
}

// RunForgetting calls ForgetExpired at once and then every interval until ctx
// ends; failures go to report and are tried again the next time.
func (s *Store) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if _, err := s.ForgetExpired(ctx); err != nil && ctx.Err() == nil {
			report(err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
