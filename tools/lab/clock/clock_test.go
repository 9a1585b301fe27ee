//go:build all && unix

// Package clock_test sets the clock of a PostgreSQL server to a wrong time, and checks everything
// in the service that depends on durations.
package clock_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/fakeclock"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/clock"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/migrations"
)

// skewed is a PostgreSQL server whose clock can be set to a wrong time.
type skewed struct {
	pool  *pgxpool.Pool
	clock *fakeclock.Clock
}

func startSkewed(t *testing.T) skewed {
	t.Helper()
	clock, err := fakeclock.New(filepath.Join(readable(t), "time"), 0)
	if err != nil {
		t.Fatal(err)
	}
	server, err := devdb.Start(t.Context(), devdb.Options{Environment: clock.Environment()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return skewed{rig.Connect(t, migrated(t, server.URL)), clock}
}

// readable returns a folder that the server's account can read.
func readable(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "clock") //nolint:usetesting // other accounts can't open the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func migrated(t *testing.T, server string) string {
	t.Helper()
	owner := rig.Connect(t, server)
	rig.Do(t, owner, `CREATE DATABASE pgcqrs`)
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/pgcqrs"
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := apply.Up(t.Context(), db, migrations.Service); err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// set shifts the server's clock from the right time by an offset such as +1y (a year ahead) or -2d
// (two days behind).
func (s skewed) set(t *testing.T, off string) {
	t.Helper()
	if err := s.clock.Set(off); err != nil {
		t.Fatal(err)
	}
}

// off returns the difference between the server's clock and this process's clock.
func (s skewed) off(t *testing.T) time.Duration {
	t.Helper()
	return time.Until(rig.One[time.Time](t, s.pool, `SELECT clock_timestamp()`))
}

func keyed(id uuid.UUID, expected int64, key string) event.Append {
	return event.Append{
		Streams: []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: expected, Events: []event.Event{tank.Poured{Amount: 100}}}},
		Once:    &event.Once{Key: key, Fingerprint: []byte("f"), Keep: 24 * time.Hour},
	}
}

// The server's clock jumps forward or back. Nevertheless, a command with an idempotency key takes
// effect only once, and recorded times are at most a minute ahead of the clock. The service reports
// each jump once, and continues to append events.
func TestServersClockJumps(t *testing.T) {
	t.Parallel()
	server := startSkewed(t)
	store := rig.Store(t, server.pool, tank.Decode)
	ctx, cancel := context.WithTimeout(t.Context(), 3*await.Within)
	defer cancel()
	said := &words{}
	watch := clock.New(server.pool, slog.New(slog.NewTextHandler(said, nil)), nil)
	await.Background(t, watch.Run)
	await.Background(t, func(ctx context.Context) error {
		return store.RunForgetting(ctx, 10*time.Millisecond, func(err error) { t.Error(err) })
	})
	await.True(t, "the clock is looked at", func() bool {
		return rig.One[int](t, server.pool, `SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT clock_timestamp()'`) > 0
	})

	id, version := uuid.New(), int64(0)
	for i, off := range []string{"+1y", "+0", "-30d", "+0", "+25h", "+0"} {
		key := "key " + off + " " + string(rune('0'+i))
		if _, err := store.Append(ctx, keyed(id, version, key)); err != nil {
			t.Fatal(err)
		}
		version++
		server.set(t, off)
		await.True(t, "the jump is seen", func() bool { return said.count("clock jumped") == i+1 })
		for j := range 100 { // the expiry of keys has run several times
			if _, err := store.Append(ctx, keyed(id, version, key)); !errors.Is(err, event.ErrAnswered) {
				t.Fatalf("%s: the key took effect again, try %d: %v", off, j, err)
			}
		}
		if _, err := store.Append(ctx, keyed(id, version, key+" next")); err != nil {
			t.Fatal(err)
		}
		version++
		if ahead := rig.One[time.Time](t, server.pool, `SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1`); time.Until(ahead)-server.off(t) > time.Minute {
			t.Errorf("%s: recorded at %s", off, ahead)
		}
		if err := watch.Check(ctx); !clock.GoesOn(err) {
			t.Errorf("%s: the check says %v", off, err)
		}
	}
	if head := rig.One[int64](t, server.pool, `SELECT max(position) FROM events`); head != version {
		t.Errorf("%d events, want %d", head, version)
	}
	if jumps := said.count("clock jumped"); jumps != 6 {
		t.Errorf("6 jumps were told of %d times:\n%s", jumps, said.text())
	}
}

// The lag of a projection (how far the projection is behind the log) does not depend on the time
// that the server's clock shows. The service reports a projection that makes no progress, even if
// the times in the log are far ahead of the clock, or if the clock was set back. The service does
// not report a projection that makes progress.
func TestLagWhileTheServersClockJumps(t *testing.T) {
	t.Parallel()
	server := startSkewed(t)
	store := rig.Store(t, server.pool, tank.Decode)
	projector := rig.Projector(server.pool, store, projection.Config{Decode: tank.Decode})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position) // the table does not exist yet
		return nil
	}))
	await.Background(t, projector.Run)
	keepsUp := rig.Health(t, projector, health.Config{StuckAfter: 2 * time.Second})
	await.True(t, "ready", func() bool { return keepsUp.Ready() == nil })
	server.set(t, "+1y")
	appended, err := store.Append(t.Context(), keyed(uuid.New(), 0, "k"))
	if err != nil {
		t.Fatal(err)
	}
	server.set(t, "+0") // recorded times are now a year ahead of the clock
	await.True(t, "it stands still, which is seen", func() bool { return keepsUp.Ready() != nil })
	server.set(t, "-1y")
	age := func() time.Duration { return keepsUp.Lags()[0].Age }
	from := age()
	await.True(t, "the lag grows", func() bool { return age() > from+time.Second })
	if age() > await.Within {
		t.Errorf("a lag of %s", age())
	}
	rig.Do(t, server.pool, `CREATE TABLE applied (position bigint)`)
	rig.WaitFor(t, server.pool, "applied", appended.Position)
	await.True(t, "ready again", func() bool { return keepsUp.Ready() == nil && age() == 0 })
	server.set(t, "+2y")
	if _, err := store.Append(t.Context(), keyed(uuid.New(), 0, "l")); err != nil {
		t.Fatal(err)
	}
	rig.WaitFor(t, server.pool, "applied", appended.Position+1)
	await.True(t, "the lag is seen again", func() bool { return keepsUp.Lags()[0].Position == appended.Position+1 })
	if err := keepsUp.Ready(); err != nil || age() > time.Minute {
		t.Errorf("nothing waits: %v, lag %s", err, age())
	}
}

// words collects log output, so that tests can search the output.
type words struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (w *words) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.Write(line)
}

func (w *words) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.String()
}

func (w *words) count(what string) int { return strings.Count(w.text(), what) }
