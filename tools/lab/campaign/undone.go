//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// undone says that an answer promises that nothing was done.
func (c call) undone() bool {
	return c.status == 503 && (c.code == "unavailable" || c.code == "overloaded")
}

// harmless says that a call can't have taken effect, now or later.
func (c call) harmless() bool { return c.refused() || c.undone() }

// sentFirst is when a command was sent for the first time of those from which it may have
// taken effect.
func sentFirst(calls []call) time.Duration {
	for _, c := range calls {
		if !c.harmless() {
			return c.sent
		}
	}
	return calls[0].sent
}

// unavailable looks at the commands whose every answer was that nothing was done, at last by a
// 503, and which their client gave up: neither their events nor their keys are there, nor
// messages and rows of an account that such a command was to open.
func unavailable(e *evidence, v *verdict) {
	wrote := make(map[uuid.UUID]bool)
	for _, m := range e.published {
		wrote[m.account] = true
	}
	for key, calls := range e.byKey {
		last := calls[len(calls)-1]
		if !last.undone() || !allHarmless(calls) {
			continue
		}
		v.Looked++
		if n := len(e.caused[key]); n > 0 {
			v.violated("nothing was done, says %s, and %s %s is at position %d", last.code, last.kind, key, e.caused[key][0].position)
		}
		if e.keys[key] {
			v.violated("nothing was done, says %s, and the key of %s %s is remembered", last.code, last.kind, key)
		}
		_, balance := e.models.balances[last.account]
		if last.kind == opened && (wrote[last.account] || balance) {
			v.violated("nothing was done, says %s, and account %s has a message or a balance", last.code, last.account)
		}
	}
}

func allHarmless(calls []call) bool {
	for _, c := range calls {
		if !c.harmless() {
			return false
		}
	}
	return true
}

// keysKept: the key of each command that took effect is remembered, and of each refused one is not.
func keysKept(e *evidence, v *verdict) {
	for key, calls := range e.byKey {
		last := calls[len(calls)-1]
		switch {
		case last.kind == erased: // it has none
		case slices.ContainsFunc(calls, call.succeeded):
			v.Looked++
			if !e.keys[key] {
				v.violated("%s %s took effect, and its key is not remembered", last.kind, key)
			}
		case last.refused() && allHarmless(calls):
			v.Looked++
			if e.keys[key] {
				v.violated("%s %s was refused, %s, and its key is remembered", last.kind, key, last.code)
			}
		}
	}
}

// readKeys returns the keys that the service remembers.
func readKeys(ctx context.Context, url string) (map[uuid.UUID]bool, error) {
	keys := make(map[uuid.UUID]bool)
	err := session(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		var key uuid.UUID
		rows, _ := conn.Query(ctx, `SELECT split_part(key, ' ', -1)::uuid FROM idempotency_keys WHERE expires_after > (SELECT seconds FROM elapsed)`)
		_, err := pgx.ForEachRow(rows, []any{&key}, func() error {
			keys[key] = true
			return nil
		})
		if err != nil {
			return fmt.Errorf("read keys: %w", err)
		}
		return nil
	})
	return keys, err
}
