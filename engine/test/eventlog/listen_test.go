package eventlog_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/dsn"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/notify"
)

func TestListener(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, watch := newStore(t, url), connect(t, url)
	config, err := dsn.Config(url, "listener-under-test")
	if err != nil {
		t.Fatal(err)
	}
	listener := notify.NewListener(config.ConnConfig, slog.New(slog.DiscardHandler), nil)
	wake := listener.Subscribe()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- listener.Run(ctx) }()

	woken(t, wake, "connecting wakes: what came before was never announced")
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	woken(t, wake, "an append wakes")

	const kill = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'listener-under-test' AND datname = current_database()`
	var killed int
	if err := watch.QueryRow(t.Context(), kill).Scan(&killed); err != nil || killed != 1 {
		t.Fatal(killed, err)
	}
	woken(t, wake, "reconnecting wakes: what came in between was lost")
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	woken(t, wake, "an append wakes again")

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func woken(t *testing.T, wake <-chan struct{}, rule string) {
	t.Helper()
	select {
	case <-wake:
	case <-time.After(await.Within):
		t.Fatalf("not woken: %s", rule)
	}
}
