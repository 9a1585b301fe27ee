package eventstore

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// Answers are what was answered under idempotency keys; those that were not, or
// not any more, are left out. What is returned would survive a promotion.
func (s *Store) Answers(ctx context.Context, keys []string) (map[string]event.Answered, error) {
	const sql = `
		SELECT key, stream_id, version, position, fingerprint, ` + database.AwaitStandby + `
		FROM idempotency_keys WHERE key = ANY ($1) AND expires_after > (SELECT seconds FROM elapsed)`
	found := make(map[string]event.Answered)
	err := s.confirmed(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, keys)
		if err != nil {
			return err
		}
		var key string
		var a event.Answered
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

// forgetting is where expired answers were deleted last. Entries of deleted ones stay in the index
// for as long as any snapshot is open that may see them, and are not gone through each time.
type forgetting struct {
	mu     sync.Mutex
	since  int64     // all that expired before are deleted, but for those that were locked or came late
	looked time.Time // at all of them, last
	next   time.Duration
}

const (
	forgetBatch = 1000             // keys in one statement, so that it never holds locks for long
	forgetLook  = 10 * time.Minute // all are looked at so often, for those that were left
	forgetShare = 20               // and that takes one part in so many of the time
	forgetFor   = 30 * time.Second // a connection may have died unheard
)

// ForgetExpired deletes expired answers, a bounded number a statement, until none is left. It says
// how many there were.
func (s *Store) ForgetExpired(ctx context.Context) (total int64, err error) {
	f := &s.forgetting
	f.mu.Lock()
	defer f.mu.Unlock()
	since, began := f.since, time.Now()
	all := time.Since(f.looked) >= f.next
	if all {
		since = 0
	}
	for count := int64(forgetBatch); count == forgetBatch; {
		count, since, err = s.forget(ctx, since)
		if all { // also where it took too long: the next call goes on from where the last one was
			f.looked, f.next = time.Now(), max(forgetLook, forgetShare*time.Since(began))
			all = false
		}
		if err != nil {
			return total, fmt.Errorf("delete expired idempotency keys: %w", err)
		}
		f.since, total = max(f.since, since), total+count
	}
	return total, nil
}

// forget deletes answers that expired at a time or after it, and says where to go on.
func (s *Store) forget(ctx context.Context, since int64) (count, last int64, err error) {
	const sql = `SELECT forgotten, last FROM forget_expired_since($1, $2)`
	ctx, cancel := context.WithTimeout(ctx, forgetFor)
	defer cancel()
	err = s.pool.QueryRow(ctx, sql, forgetBatch, since).Scan(&count, &last)
	return count, last, err
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
