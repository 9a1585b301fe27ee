//go:build all && unix

package replica_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// A crash of the server loses no acknowledged write. This is true even if the database's default
// setting lets a commit succeed before it is on disk.
func TestAcknowledgedSurvivesACrash(t *testing.T) {
	t.Parallel()
	server := startPrimary(t)
	url := named(t, server.URL)
	for _, setting := range []string{`synchronous_commit = off`, `wal_writer_delay = '10s'`} {
		execute(t, url, `ALTER SYSTEM SET `+setting)
	}
	execute(t, url, `SELECT pg_reload_conf()`)
	execute(t, url, `ALTER DATABASE pgcqrs SET synchronous_commit = off`)
	execute(t, url, `CHECKPOINT`)
	pool, err := pg.Open(t.Context(), url, t.Name(), 4)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode})
	await.Background(t, store.Run)
	const acknowledged = 20
	for range acknowledged {
		if _, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: tank.Stream, ID: uuid.New(),
			Expected: event.NoStream, Events: []event.Event{tank.Built{Place: "north"}}}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := server.Relaunch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := ask[int](t, named(t, server.URL), `SELECT count(*) FROM events`); left != acknowledged {
		t.Errorf("%d events were acknowledged, and %d survived", acknowledged, left)
	}
}
