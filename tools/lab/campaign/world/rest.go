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
		for deadline := time.Now().Add(time.Minute); !n.Ready(ctx); interval.Pause(ctx, 50*time.Millisecond) {
			if ctx.Err() != nil || time.Now().After(deadline) {
				return errors.Join(fmt.Errorf("%s does not get ready; see %s", n.Process.Name, n.Process.Log), ctx.Err())
			}
		}
	}
	return nil
}

// Rest returns when the projections have applied all events and the relay has published all
// messages.
func (w *World) Rest(ctx context.Context) error {
	left := fmt.Sprintf(`SELECT (SELECT count(*) FROM outbox) + (SELECT coalesce(max(position), 0) FROM events) * %d
		- (SELECT sum(position) FROM checkpoints WHERE projection IN ('balances', 'customers', 'statements') OR projection LIKE 'copy%%')`, sample.Projections+w.Copies)
	var last int64
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; interval.Pause(ctx, 20*time.Millisecond) {
		n, err := session.One[int64](ctx, w.Postgres.Owner(), left)
		if err == nil && n == 0 {
			return w.awaitReady(ctx)
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
