package eventlog_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// longStream is the number of events in a long stream.
const longStream = 200_000

// A long stream is loaded page by page, so that no query uses its connection for long. If a load
// stops early, the next load continues after the last event that was read. The cost of loading the
// first events does not depend on the length of the stream.
func TestLongStreamIsLoadedInPages(t *testing.T) {
	t.Parallel()
	url, id, reads := testdb.New(t), uuid.New(), &rig.LogReads{}
	rig.CopyStream(t, connect(t, url), tank.Stream, id, tank.Built{}, tank.Poured{Amount: 1}, longStream, time.Now().Add(-longStream*time.Second))
	store := runStore(t, rig.Traced(t, url, reads), eventlog.Config{})

	loaded, enough := int64(0), errors.New("enough")
	upTo := func(last int64) error {
		return store.Load(t.Context(), tank.Stream, id, loaded, func(e event.Recorded) error {
			if loaded++; e.Version != loaded {
				t.Fatalf("version %d, want %d", e.Version, loaded)
			}
			if loaded == last {
				return enough
			}
			return nil
		})
	}
	if err := upTo(70_000); !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if total, most := reads.Count(); most > 1001 || total > 71_100 {
		t.Errorf("%d events were read for 70,000, %d of them by one statement", total, most)
	}
	if err := upTo(longStream + 1); err != nil || loaded != longStream {
		t.Fatalf("loaded %d, %v", loaded, err)
	}
	if total, most := reads.Count(); most > 1001 || total > (longStream-70_000)*101/100 {
		t.Errorf("%d events were read for the rest, %d of them by one statement", total, most)
	}

	for _, last := range []int64{0, 1, 16, 17, 20, 1_000} {
		seen := int64(0)
		err := store.LoadTo(t.Context(), tank.Stream, id, 0, last, func(e event.Recorded) error {
			seen = e.Version
			return nil
		})
		if total, _ := reads.Count(); err != nil || seen != last || total > last+20 {
			t.Errorf("loaded up to %d, want %d, by %d events that were read, %v", seen, last, total, err)
		}
	}
}

// If the events of a stream are large, each page contains only a few of them.
func TestPageOfLargeEvents(t *testing.T) {
	t.Parallel()
	const size, count = 64 << 10, 200
	url, id, reads := testdb.New(t), uuid.New(), &rig.LogReads{}
	large := tank.Poured{Amount: 1, Note: strings.Repeat("n", size)}
	rig.CopyStream(t, connect(t, url), tank.Stream, id, tank.Built{}, large, count, time.Now())
	store := runStore(t, rig.Traced(t, url, reads), eventlog.Config{})
	loaded := 0
	err := store.Load(t.Context(), tank.Stream, id, 0, func(event.Recorded) error {
		loaded++
		return nil
	})
	if _, most := reads.Count(); err != nil || loaded != count || most*size > 1<<20+3*size {
		t.Errorf("loaded %d, %v; one statement read %d of them", loaded, err, most)
	}
}

// VersionAt returns the version that a stream had at a given time. The test calls VersionAt with
// the time of each event in the stream.
func TestVersionAt(t *testing.T) {
	t.Parallel()
	const count = 1000
	url, id, began := testdb.New(t), uuid.New(), time.Now().Truncate(time.Second).Add(-time.Hour)
	pool := connect(t, url)
	rig.CopyStream(t, pool, tank.Stream, id, tank.Built{}, tank.Poured{Amount: 1}, count, began)
	store := runStore(t, pool, eventlog.Config{})
	for version := int64(0); version <= count+1; version++ {
		at, want := began.Add(time.Duration(version)*time.Second-time.Millisecond), min(version, count) // just before the next event
		if got, err := store.VersionAt(t.Context(), id, at); err != nil || got != want {
			t.Fatalf("at %s it is %d, %v, want %d", at, got, err, want)
		}
	}
	if got, err := store.VersionAt(t.Context(), uuid.New(), began); err != nil || got != 0 {
		t.Errorf("a stream that is not there is at %d, %v", got, err)
	}
}

// ender terminates the database session of a load, right before the session runs the last query of
// the load. That query checks that the log still has the events that were read earlier.
type ender struct {
	other *pgxpool.Pool
	ends  atomic.Bool
}

func (e *ender) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.HasPrefix(data.SQL, "SELECT (SELECT coalesce(bool_and") && e.ends.Load() {
		_, _ = e.other.Exec(ctx, `SELECT pg_terminate_backend($1, 5000)`, conn.PgConn().PID())
	}
	return ctx
}

func (e *ender) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A load changes nothing. If a load fails, its error is therefore ErrUnavailable, and not an error
// that says that the outcome is unknown.
func TestLoadThatIsCutIsUnavailable(t *testing.T) {
	t.Parallel()
	url, id := testdb.New(t), uuid.New()
	cut := &ender{other: connect(t, url)}
	rig.CopyStream(t, cut.other, tank.Stream, id, tank.Built{}, tank.Poured{Amount: 1}, 100, time.Now())
	store := runStore(t, rig.Traced(t, url, cut), eventlog.Config{})
	if err := store.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	cut.ends.Store(true)
	loaded := int64(0)
	err := store.Load(t.Context(), tank.Stream, id, 0, func(e event.Recorded) error {
		loaded = e.Version
		return nil
	})
	if !errors.Is(err, event.ErrUnavailable) || loaded == 0 || loaded == 100 {
		t.Errorf("loaded %d, %v, want a part, and ErrUnavailable", loaded, err)
	}
}
