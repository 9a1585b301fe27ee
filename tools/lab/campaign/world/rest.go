//go:build linux

package world

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

func (w *World) awaitReady(ctx context.Context) error {
	for _, n := range slices.Concat(w.Apis, w.Projectors) {
		for deadline := time.Now().Add(time.Minute); !n.Ready(ctx); interval.Pause(ctx, 250*time.Millisecond) {
			if ctx.Err() != nil || time.Now().After(deadline) {
				return errors.Join(fmt.Errorf("%s does not get ready; see %s", n.Process.Name, n.Process.Log), ctx.Err())
			}
		}
	}
	return nil
}

// endedIn is the longest time for which Rest waits for transfers while nothing is appended to the
// log. A job that has failed several times waits for up to a minute before its next attempt.
const endedIn = 90 * time.Second

// Rest returns when the projections have applied all events, the relay has published all messages,
// and all transfers have ended. If a transfer does not go on for the time endedIn, Rest does not
// wait for it: a check reports the transfer.
func (w *World) Rest(ctx context.Context) error {
	left := fmt.Sprintf(`SELECT (SELECT count(*) FROM outbox) + (SELECT coalesce(max(position), 0) FROM events) * %d
		- (SELECT sum(position) FROM checkpoints WHERE projection IN ('balances', 'customers', 'statements', 'transfers') OR projection LIKE 'copy%%')`, sample.Projections+w.Copies)
	const open = `
		SELECT (SELECT count(*) FROM transfers WHERE status IN ('requested', 'debited')) + (SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'retryable'))
			+ (SELECT coalesce(max(position), 0) FROM events) - (SELECT position FROM checkpoints WHERE projection = 'workflow transfers')`
	if err := w.become(ctx, left, 3*time.Minute); err != nil {
		return err
	}
	const head = `SELECT coalesce(max(position), 0) FROM events`
	for last := int64(-1); w.become(ctx, open, endedIn) != nil && ctx.Err() == nil; {
		now, err := session.One[int64](ctx, w.Postgres.Owner(), head)
		if err != nil {
			return err
		}
		if now == last {
			break
		}
		last = now // the checks compare everything with a log that does not grow any more
	}
	if err := w.become(ctx, left, time.Minute); err != nil {
		return err
	}
	return w.awaitReady(ctx)
}

// become returns when a query has the result 0.
func (w *World) become(ctx context.Context, count string, within time.Duration) error {
	var last int64
	for deadline := time.Now().Add(within); time.Now().Before(deadline) && ctx.Err() == nil; interval.Pause(ctx, 250*time.Millisecond) { // each query needs a new connection
		n, err := session.One[int64](ctx, w.Postgres.Owner(), count)
		if err == nil && n == 0 {
			return nil
		}
		last = n
	}
	return errors.Join(fmt.Errorf("%d messages and events wait", last), ctx.Err())
}

func (w *World) Close() {
	for _, n := range slices.Concat(w.Apis, w.Projectors) {
		n.Process.End()
	}
	if w.Broker != nil {
		w.Broker.Process.End()
	}
	if w.Issuer != nil {
		w.Issuer.Server.Close()
	}
	if w.Postgres != nil {
		w.Postgres.Close()
	}
}
