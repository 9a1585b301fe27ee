// Package projection_test checks the guarantees of projections on a real PostgreSQL server.
package projection_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
)

// tanks returns a handler of tank commands. The handler's log appends through the pool.
func tanks(t *testing.T, pool *pgxpool.Pool) *command.Handler[tank.State, tank.Command] {
	t.Helper()
	return command.NewHandler(rig.Store(t, pool, tank.Decode), tank.Stream, tank.Decide, tank.Evolve)
}

func newProjector(pool *pgxpool.Pool, config projection.Config) *projection.Projector {
	config.Decode = tank.Decode
	return rig.Projector(pool, eventlog.New(pool, eventlog.Config{Decode: tank.Decode}), config)
}

func build(place string) tank.Command { return tank.Build{Place: place} }

func pour(amount int64) tank.Command { return tank.Pour{Amount: amount} }

func drain(amount int64) tank.Command { return tank.Drain{Amount: amount} }

// Guarantee 5: the tables of a read model contain exactly the result of all events in the log.
func TestReadTablesAreTheFoldOfTheLog(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	h := tanks(t, pool)
	projector := newProjector(pool, projection.Config{MaxBatch: 7}) // several batches, the last of which is not full
	tank.Levels.AddTo(projector)
	tank.Readings.AddTo(projector)
	await.Background(t, projector.Run)

	id := uuid.New()
	for i := range 10 {
		rig.Handle(t, h, uuid.New(), build(fmt.Sprint("other ", i)))
	}
	position := rig.Handle(t, h, id, build("north"), tank.Command(tank.Pour{Amount: 70, Note: "rain"}), drain(30), drain(40))
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	rig.WaitFor(t, pool, tank.Readings.Name, position)

	got, at, err := tank.LevelOf(t.Context(), pool, id)
	if err != nil || at != position || got != (tank.Level{Place: "north", Level: 0, Version: 4}) {
		t.Errorf("%+v at position %d, want %d, %v", got, at, position, err)
	}
	readings, at, err := tank.ReadingsOf(t.Context(), pool, id)
	want := []tank.Reading{
		{Version: 2, Position: position - 2, Amount: 70, Level: 70, Note: "rain"},
		{Version: 3, Position: position - 1, Amount: -30, Level: 40},
		{Version: 4, Position: position, Amount: -40, Level: 0},
	}
	if diff := cmp.Diff(want, readings); err != nil || at != position || diff != "" {
		t.Errorf("at position %d, %v, readings (-want +got):\n%s", at, err, diff)
	}
}

// each is the type of a function with which a projection applies one event.
type each = func(b *pgx.Batch, e event.Recorded) error

// counting returns a function that inserts a row for every applied event.
func counting(t *testing.T, pool *pgxpool.Pool) each {
	t.Helper()
	if _, err := pool.Exec(t.Context(), `CREATE TABLE applied (position bigint)`); err != nil {
		t.Fatal(err)
	}
	return func(b *pgx.Batch, e event.Recorded) error {
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

// Two projectors both believe that they have the lock of the same projection. No event is applied
// twice: each projector moves the checkpoint with a compare-and-set, and only one projector
// succeeds. To cause this situation, the test repeatedly ends the sessions that have the lock.
func TestLostLockDoesNoHarm(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := tanks(t, pool)
	apply := counting(t, pool)
	for range 2 {
		projector := newProjector(rig.Connect(t, url), projection.Config{MaxBatch: 3})
		projector.Add("applied", projection.Each(apply))
		await.Background(t, projector.Run)
	}
	const unlock = `SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
		WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
		  AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('projection applied', 0)`
	var position, taken int64
	for round := 0; round < 30 || taken == 0 && round < 3000; round++ { // a projector may take the lock late
		position = rig.Handle(t, h, uuid.New(), build("north"), pour(1))
		var killed int64
		if err := pool.QueryRow(t.Context(), unlock).Scan(&killed); err != nil {
			t.Fatal(err)
		}
		taken += killed
	}
	if taken == 0 {
		t.Error("no lock was ever taken away")
	}
	rig.WaitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// A projector moves the checkpoint with a compare-and-set, so another process can't apply the same
// events, even without the session lock.
func TestCheckpointIsMovedByCompareAndSet(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := tanks(t, pool)
	apply := counting(t, pool)
	position := rig.Handle(t, h, uuid.New(), build("north"), pour(1))

	var moved atomic.Bool
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		if moved.CompareAndSwap(false, true) { // another process projects the same batch at this moment
			_, err := pool.Exec(context.Background(), `WITH c AS (UPDATE checkpoints SET position = 1 WHERE projection = 'applied') INSERT INTO applied VALUES (1)`)
			if err != nil {
				return err
			}
		}
		return apply(b, e)
	}))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// When a projector ends, another projector continues the projection.
func TestTakeover(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := tanks(t, pool)
	apply := counting(t, pool)
	first := newProjector(rig.Connect(t, url), projection.Config{})
	first.Add("applied", projection.Each(apply))
	stop := await.Background(t, first.Run)
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, uuid.New(), build("north")))

	second := newProjector(rig.Connect(t, url), projection.Config{})
	second.Add("applied", projection.Each(apply))
	await.Background(t, second.Run)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	position := rig.Handle(t, h, uuid.New(), build("south"))
	rig.WaitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// If a process freezes, its database session and its lock remain. A process that waits for the lock
// ends that session and takes over.
func TestFrozenHolderLosesItsLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := tanks(t, pool)
	apply := counting(t, pool)
	frozen := rig.Connect(t, url) // takes the lock and is silent afterwards, like a process after SIGSTOP
	ctx, thaw := context.WithCancel(t.Context())
	held := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = lock.Hold(ctx, frozen, "projection applied", func(ctx context.Context, _ *pgx.Conn) error {
			close(held)
			<-ctx.Done()
			return nil
		})
	}()
	<-held
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(apply))
	await.Background(t, projector.Run)
	started := time.Now()
	position := rig.Handle(t, h, uuid.New(), build("north"))
	rig.WaitFor(t, pool, "applied", position)
	if took := time.Since(started); took > lock.StallAfter+5*time.Second {
		t.Errorf("taken over after %s", took)
	}
	thaw()
	<-done
}

// If a projection makes no progress, the process is not ready, and the reason names the projection.
// The process is ready again when the projection makes progress.
func TestReadinessOfAStuckProjection(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position) // the table does not exist yet
		return nil
	}))
	keepsUp := health.New(projector.Set(), health.Config{Poll: 20 * time.Millisecond, StuckAfter: 500 * time.Millisecond})
	if keepsUp.Ready() == nil {
		t.Error("ready before anybody has looked")
	}
	const old = `INSERT INTO checkpoints (projection, updated_at) VALUES ('applied', now() - interval '1 day')`
	if _, err := pool.Exec(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	await.Background(t, projector.Run)
	await.Background(t, keepsUp.Watch)
	await.True(t, "ready with nothing to do, for however long", func() bool { return keepsUp.Ready() == nil })
	position := rig.Handle(t, h, uuid.New(), build("north"))
	await.True(t, "red when stuck", func() bool {
		err := keepsUp.Ready()
		return err != nil && strings.Contains(err.Error(), "projection applied is stuck at position 0")
	})
	await.True(t, "one event behind, for some time", func() bool {
		lags := keepsUp.Lags()
		return len(lags) == 1 && lags[0].Events == 1 && lags[0].Age > 0
	})
	counting(t, pool)
	rig.WaitFor(t, pool, "applied", position)
	await.True(t, "green again", func() bool { return keepsUp.Ready() == nil })
}

// The positions of the log have no gaps. If the projector finds a gap nevertheless, it stops and
// returns an error.
func TestHoleInTheLogStopsTheProjector(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	rig.Handle(t, h, uuid.New(), build("north"), pour(1))
	for _, sql := range []string{`ALTER TABLE events DISABLE TRIGGER ALL`, `DELETE FROM events WHERE position = 1`} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(counting(t, pool)))
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if err := projector.Run(ctx); err == nil || !strings.Contains(err.Error(), "the log has a hole: position 2 where 1 was due") {
		t.Errorf("got %v", err)
	}
}

// A query can wait until the read model reaches a position. If the log is so short that it can't
// reach this position within the time limit, the query fails without waiting.
func TestWaitForAPositionFarAboveTheLog(t *testing.T) {
	t.Parallel()
	positions := position.NewPoller(rig.Connect(t, testdb.New(t)))
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	start := time.Now()
	for _, far := range []int64{1 << 40, math.MaxInt64} {
		for _, projection := range []string{tank.Levels.Name, position.OfLog} {
			if err := positions.Wait(ctx, projection, far); !errors.Is(err, event.ErrBeyondLog) {
				t.Errorf("%s at %d: got %v", projection, far, err)
			}
		}
	}
	if took := time.Since(start); took > await.Within/3 {
		t.Errorf("it took %v", took)
	}
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := positions.Wait(soon, position.OfLog, 1000); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that the log could get to: %v", err)
	}
}

// The wait for a position ends when its time limit expires.
func TestWaitForAPositionThatDoesNotCome(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := position.NewPoller(pool).Wait(ctx, tank.Levels.Name, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
