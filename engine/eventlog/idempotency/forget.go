package idempotency

import (
	"context"
	"fmt"
	"time"
)

// Bounds of deleting.
const (
	forgetBatch = 1000             // keys per statement, so that it never holds locks for long
	forgetLook  = 10 * time.Minute // how often all keys are looked at, for those that were left
	forgetShare = 20               // looking at all takes at most one part in this many of the time
	forgetFor   = 30 * time.Second // the connection may have died unnoticed
)

// ForgetExpired deletes expired answers, a bounded number per statement, until none is left. It
// returns their number.
func (k *Keys) ForgetExpired(ctx context.Context) (total int64, err error) {
	f := &k.forgetting
	f.mu.Lock()
	defer f.mu.Unlock()
	since, began := f.since, time.Now()
	all := time.Since(f.looked) >= f.next
	if all {
		since = 0
	}
	for count := int64(forgetBatch); count == forgetBatch; {
		count, since, err = k.forget(ctx, since)
		if all { // also if it took too long: the next call goes on from there
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

// forget deletes answers that expired at a time or after it, and returns where to go on.
func (k *Keys) forget(ctx context.Context, since int64) (count, last int64, err error) {
	const sql = `SELECT forgotten, last FROM forget_expired_since($1, $2)`
	ctx, cancel := context.WithTimeout(ctx, forgetFor)
	defer cancel()
	err = k.pool.QueryRow(ctx, sql, forgetBatch, since).Scan(&count, &last)
	return count, last, err
}

// RunForgetting calls ForgetExpired at once and then every interval until ctx ends, and counts the
// time by which keys expire. It passes failures to report and retries.
func (k *Keys) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
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
		_, err := k.ForgetExpired(ctx)
		return err
	}
	for try(forgetExpired); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-count.C:
			try(func(ctx context.Context) error { return e.count(ctx, k.pool) })
		case <-forget.C:
			try(forgetExpired)
		}
	}
}
