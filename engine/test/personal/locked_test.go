package personal_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// Another session has locked the table of keys, and many requests wait for keys. Meanwhile appends
// without personal data succeed.
func TestLockedKeysHoldUpNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	keys := w.newKeys()
	pours := func() time.Duration {
		began := time.Now()
		for amount := range int64(3) {
			poured := event.StreamAppend{Type: tank.Stream, ID: uuid.New(), Expected: event.NoStream, Events: []event.Event{tank.Poured{Amount: amount}}}
			if _, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{poured}}); err != nil {
				t.Fatal(err)
			}
		}
		return time.Since(began)
	}
	quiet := pours() // the time without locked keys, because a busy machine is slow
	lock, err := w.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := lock.Exec(t.Context(), `LOCK TABLE keys.persons`); err != nil {
		t.Fatal(err)
	}
	for range 40 {
		await.Background(t, func(ctx context.Context) error {
			_, _ = reveal(ctx, keys, id, encrypted)
			return nil
		})
	}
	await.True(t, "somebody waits for the keys", func() bool {
		var waiting bool
		err := w.owner.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'keys.persons'::regclass)`).Scan(&waiting)
		return err == nil && waiting
	})
	if took := pours(); took > max(2*time.Second, 20*quiet) {
		t.Errorf("appends took %s, and %s before", took, quiet)
	}
}
