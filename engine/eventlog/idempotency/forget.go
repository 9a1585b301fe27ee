package idempotency

import (
	"context"
	"fmt"
	"time"
)

// Limits of ForgetExpired.
const (
	forgetBatch = 1000             // number of keys that one statement deletes, so that no statement holds locks for long
	forgetLook  = 10 * time.Minute // interval at which all keys are scanned, to find expired keys that other scans have skipped
	forgetShare = 20               // scans of all keys take at most 1/forgetShare of the time
	forgetFor   = 30 * time.Second // time limit of a statement, because a dead connection may give no error
)

// ForgetExpired deletes all expired answers of idempotency keys, and returns the number of deleted
// answers. Each of its SQL statements deletes only a limited number of answers.
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
		if all { // also after a time-out, so that the next call does not scan all keys again
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

// forget deletes a bounded number of expired answers, in the order of their expiry times. forget
// begins with answers that expire at the time in the parameter since. forget returns the number of
// deleted answers, and the value of since for the next call.
func (k *Keys) forget(ctx context.Context, since int64) (count, last int64, err error) {
	const sql = `SELECT forgotten, last FROM forget_expired_since($1, $2)`
	ctx, cancel := context.WithTimeout(ctx, forgetFor)
	defer cancel()
	err = k.pool.QueryRow(ctx, sql, forgetBatch, since).Scan(&count, &last)
	return count, last, err
}

// RunForgetting calls ForgetExpired immediately and then once per interval until ctx ends.
// Meanwhile, RunForgetting counts the passing seconds in the table elapsed. By this count,
// idempotency keys expire. RunForgetting passes each error to the function report, and tries again
// later.
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
