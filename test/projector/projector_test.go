// Package projector_test holds the projections to their guarantees, on a real
// PostgreSQL.
package projector_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := database.Open(t.Context(), url, t.Name(), 12)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// accounts is a write side on a pool, with a running committer.
func accounts(t *testing.T, pool *pgxpool.Pool) *write.Handler[account.State, account.Command] {
	t.Helper()
	store := eventstore.New(pool, eventstore.Config{Decode: events.DecodeEvent})
	await.Background(t, store.Run)
	return write.NewHandler(store, "account", account.Decide, account.Evolve)
}

func newProjector(pool *pgxpool.Pool, config read.Config) *read.Projector {
	return newProjectorOn(pool, eventstore.New(pool, eventstore.Config{Decode: events.DecodeEvent}), config)
}

func newProjectorOn(pool *pgxpool.Pool, log read.Log, config read.Config) *read.Projector {
	if config.Decode == nil {
		config.Decode = events.DecodeEvent
	}
	config.Poll = 20 * time.Millisecond
	config.Logger = slog.New(slog.DiscardHandler)
	return read.NewProjector(pool, log, config)
}

func handle(t *testing.T, h *write.Handler[account.State, account.Command], id uuid.UUID, commands ...account.Command) int64 {
	t.Helper()
	var position int64
	for _, command := range commands {
		result, err := h.Handle(t.Context(), id, command, write.Request{})
		if err != nil {
			t.Fatal(err)
		}
		position = result.Position
	}
	return position
}

func waitFor(t *testing.T, pool *pgxpool.Pool, projection string, position int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if err := read.NewPositions(pool).Wait(ctx, projection, position); err != nil {
		t.Fatalf("%s did not get to position %d: %v", projection, position, err)
	}
}

func deposit(amount int64) account.Command { return account.Deposit{Amount: amount} }

func open(owner string) account.Command { return account.Open{Owner: owner, Currency: "EUR"} }

// G5 from end to end: what the read tables hold is the fold of the log.
func TestReadTablesAreTheFoldOfTheLog(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	h := accounts(t, pool)
	projector := newProjector(pool, read.Config{MaxBatch: 7}) // several batches, none of them even
	projector.Add(balances.Name, balances.Apply)
	projector.Add(statements.Name, statements.Apply)
	await.Background(t, projector.Run)

	id := uuid.New()
	for i := range 10 {
		handle(t, h, uuid.New(), open(fmt.Sprint("other ", i)))
	}
	position := handle(t, h, id, open("Ada"), account.Deposit{Amount: 70, Reference: "pay"}, account.Withdraw{Amount: 30},
		account.Withdraw{Amount: 40}, account.Close{})
	waitFor(t, pool, balances.Name, position)
	waitFor(t, pool, statements.Name, position)

	got, at, err := balances.NewQueries(pool).Get(t.Context(), "", id)
	if err != nil || at != position {
		t.Fatalf("position %d, want %d, %v", at, position, err)
	}
	got.OpenedAt, got.UpdatedAt = time.Time{}, time.Time{}
	want := balances.Account{ID: id, Owner: "Ada", Currency: "EUR", Status: "closed", Version: 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	lines, more, _, err := statements.NewQueries(pool).Lines(t.Context(), "", id, 0, 10)
	if err != nil || more {
		t.Fatal(more, err)
	}
	var found []string
	for _, line := range lines {
		found = append(found, fmt.Sprintf("%d %s %d = %d %s", line.Version, line.Kind, line.Amount, line.Balance, line.Reference))
	}
	if diff := cmp.Diff([]string{"2 deposit 70 = 70 pay", "3 withdrawal 30 = 40 ", "4 withdrawal 40 = 0 "}, found); diff != "" {
		t.Errorf("statement (-want +got):\n%s", diff)
	}
}

// each is what a projection does with one event.
type each = func(b *pgx.Batch, e events.Recorded) error

// counting is a projection whose rows show every event that was applied.
func counting(t *testing.T, pool *pgxpool.Pool) each {
	t.Helper()
	if _, err := pool.Exec(t.Context(), `CREATE TABLE applied (position bigint)`); err != nil {
		t.Fatal(err)
	}
	return func(b *pgx.Batch, e events.Recorded) error {
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position)
		return nil
	}
}

func checkApplied(t *testing.T, pool *pgxpool.Pool, want int64) {
	t.Helper()
	var rows, distinct, highest int64
	if err := pool.QueryRow(t.Context(), `SELECT count(*), count(DISTINCT position), max(position) FROM applied`).Scan(&rows, &distinct, &highest); err != nil {
		t.Fatal(err)
	}
	if rows != want || distinct != want || highest != want {
		t.Errorf("%d rows for %d positions up to %d, want %d of each", rows, distinct, highest, want)
	}
}

// Two projectors that both believe that they hold the projection do no harm: the
// checkpoint is the fence. (Their locks are taken away again and again.)
func TestLostLockDoesNoHarm(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	h := accounts(t, pool)
	apply := counting(t, pool)
	for range 2 {
		projector := newProjector(connect(t, url), read.Config{MaxBatch: 3})
		projector.Add("applied", read.Each(apply))
		await.Background(t, projector.Run)
	}
	const unlock = `SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
		WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
		  AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('projection applied', 0)`
	var position, taken int64
	for range 30 {
		position = handle(t, h, uuid.New(), open("Ada"), account.Deposit{Amount: 1})
		var killed int64
		if err := pool.QueryRow(t.Context(), unlock).Scan(&killed); err != nil {
			t.Fatal(err)
		}
		taken += killed
	}
	if taken == 0 {
		t.Error("no lock was ever taken away")
	}
	waitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// The fence itself: without the lock in the way.
func TestCheckpointIsMovedByCompareAndSet(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	h := accounts(t, pool)
	apply := counting(t, pool)
	position := handle(t, h, uuid.New(), open("Ada"), account.Deposit{Amount: 1})

	var moved atomic.Bool
	projector := newProjector(pool, read.Config{})
	projector.Add("applied", read.Each(func(b *pgx.Batch, e events.Recorded) error {
		if moved.CompareAndSwap(false, true) { // somebody projects the same batch just now
			_, err := pool.Exec(context.Background(), `WITH c AS (UPDATE checkpoints SET position = 1 WHERE projection = 'applied') INSERT INTO applied VALUES (1)`)
			if err != nil {
				return err
			}
		}
		return apply(b, e)
	}))
	await.Background(t, projector.Run)
	waitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// A projector that ends, cleanly or not, is followed by another within seconds.
func TestTakeover(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	h := accounts(t, pool)
	apply := counting(t, pool)
	first := newProjector(connect(t, url), read.Config{})
	first.Add("applied", read.Each(apply))
	stop := await.Background(t, first.Run)
	waitFor(t, pool, "applied", handle(t, h, uuid.New(), open("Ada")))

	second := newProjector(connect(t, url), read.Config{})
	second.Add("applied", read.Each(apply))
	await.Background(t, second.Run)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	position := handle(t, h, uuid.New(), open("Bob"))
	waitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// A holder whose process is frozen keeps its session. Whoever waits ends it.
func TestFrozenHolderLosesItsLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	h := accounts(t, pool)
	apply := counting(t, pool)
	frozen := connect(t, url) // takes the lock and says no more, like a process after SIGSTOP
	ctx, thaw := context.WithCancel(t.Context())
	held := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = database.Hold(ctx, frozen, "projection applied", func(ctx context.Context, _ *pgx.Conn) error {
			close(held)
			<-ctx.Done()
			return nil
		})
	}()
	<-held
	projector := newProjector(pool, read.Config{})
	projector.Add("applied", read.Each(apply))
	await.Background(t, projector.Run)
	started := time.Now()
	position := handle(t, h, uuid.New(), open("Ada"))
	waitFor(t, pool, "applied", position)
	if took := time.Since(started); took > database.StallAfter+5*time.Second {
		t.Errorf("taken over after %s", took)
	}
	thaw()
	<-done
}

// Readiness goes red when a projection is stuck, says which, and goes green again.
func TestReadinessOfAStuckProjection(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	h := accounts(t, pool)
	projector := newProjector(pool, read.Config{StuckAfter: 500 * time.Millisecond})
	projector.Add("applied", read.Each(func(b *pgx.Batch, e events.Recorded) error {
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position) // there is no such table yet
		return nil
	}))
	if projector.Ready() == nil {
		t.Error("ready before anybody has looked")
	}
	const old = `INSERT INTO checkpoints (projection, updated_at) VALUES ('applied', now() - interval '1 day')`
	if _, err := pool.Exec(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	await.Background(t, projector.Run)
	await.Background(t, projector.Watch)
	await.True(t, "ready with nothing to do, for however long", func() bool { return projector.Ready() == nil })
	position := handle(t, h, uuid.New(), open("Ada"))
	await.True(t, "red when stuck", func() bool {
		err := projector.Ready()
		return err != nil && strings.Contains(err.Error(), "projection applied is stuck at position 0")
	})
	if lags := projector.Lags(); len(lags) != 1 || lags[0].Events != 1 || lags[0].Age <= 0 {
		t.Errorf("lag %+v, want one event behind", lags)
	}
	counting(t, pool)
	waitFor(t, pool, "applied", position)
	await.True(t, "green again", func() bool { return projector.Ready() == nil })
}

// A hole in the log is a broken promise: the projector stops and says so.
func TestHoleInTheLogStopsTheProjector(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	h := accounts(t, pool)
	handle(t, h, uuid.New(), open("Ada"), account.Deposit{Amount: 1})
	for _, sql := range []string{`ALTER TABLE events DISABLE TRIGGER ALL`, `DELETE FROM events WHERE position = 1`} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	projector := newProjector(pool, read.Config{})
	projector.Add("applied", read.Each(counting(t, pool)))
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if err := projector.Run(ctx); err == nil || !strings.Contains(err.Error(), "the log has a hole: position 2 where 1 was due") {
		t.Errorf("got %v", err)
	}
}

// Waiting for a position ends in time when it can't be reached.
func TestWaitForAPositionThatDoesNotCome(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := read.NewPositions(pool).Wait(ctx, balances.Name, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
