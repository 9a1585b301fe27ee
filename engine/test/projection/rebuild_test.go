package projection_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/rebuild"
)

// fill writes the events of some tanks to the log, and returns the number of events. Each tank is
// built, and each further event adds an amount of 1.
func fill(t testing.TB, pool *pgxpool.Pool, streams, eventsEach int) int64 {
	t.Helper()
	return rig.Fill(t, pool, tank.Stream, tank.Built{Place: "north"}, tank.Poured{Amount: 1, Note: "x"}, streams, eventsEach)
}

// models returns a running projector with both read models of tanks.
func models(t *testing.T, pool *pgxpool.Pool) *projection.Projector {
	t.Helper()
	projector := newProjector(pool, projection.Config{})
	tank.Levels.AddTo(projector)
	tank.Readings.AddTo(projector)
	await.Background(t, projector.Run)
	return projector
}

// While read models are rebuilt and a rebuild is undone, other sessions write and read all the
// time. No read fails, and no read returns an older state than an earlier read. Each read returns
// the result of all events up to its position.
func TestRebuildWhileOthersWriteAndRead(t *testing.T) {
	t.Parallel()
	url := tank.Database(t)
	pool := rig.Connect(t, url)
	fill(t, pool, 100, 120)
	h := tanks(t, pool)
	projector := models(t, pool)
	id := uuid.New()
	position := rig.Handle(t, h, id, build("north"))
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	rig.WaitFor(t, pool, tank.Readings.Name, position)
	service := rig.Connect(t, testdb.ServiceURL(t, url)) // reads with the service's grants, which the rebuild must copy
	var writes, reads atomic.Int64
	await.Background(t, func(ctx context.Context) error { return rig.KeepHandling(ctx, &writes, h, id, pour(1)) })
	for _, query := range []func(context.Context) (int64, error){readLevel(service, id), readAll(service), readReadings(service, id)} {
		await.Background(t, func(ctx context.Context) error { return rig.KeepReading(ctx, &reads, query) })
	}

	rig.Do(t, pool, `UPDATE levels SET place = 'wrong' WHERE tank_id <> $1`, id)
	rig.Do(t, pool, `UPDATE readings SET note = 'wrong' WHERE tank_id <> $1`, id)
	const wrong = `SELECT (SELECT count(*) FROM levels WHERE place = 'wrong') + (SELECT count(*) FROM readings WHERE note = 'wrong')`
	rig.CheckRebuilds(t, pool, projector, []string{tank.Levels.Name, tank.Readings.Name}, wrong, 100+100*119)
	before := writes.Load()
	await.True(t, "writers and readers go on", func() bool { return writes.Load() > before+5 && reads.Load() >= 100 })
	for _, name := range []string{tank.Levels.Name, tank.Readings.Name} {
		if err := rebuild.DropKept(t.Context(), projector.Set(), name); err != nil {
			t.Fatal(err)
		}
	}
	if left := rig.One[string](t, pool, `SELECT coalesce(string_agg(nspname, ' '), '') FROM pg_namespace WHERE nspname ~ '^(rebuild|kept|undo)_'`); left != "" {
		t.Errorf("schemas %s are left", left)
	}
	if left := rig.One[int64](t, pool, `SELECT count(*) FROM checkpoints`); left != 2 {
		t.Errorf("%d checkpoints are left, want 2", left)
	}
}

// readLevel returns a query of one tank. The query checks that the level is the version minus 1,
// because every event except Built adds 1.
func readLevel(pool *pgxpool.Pool, id uuid.UUID) func(context.Context) (int64, error) {
	return func(ctx context.Context) (int64, error) {
		got, at, err := tank.LevelOf(ctx, pool, id)
		if err == nil && got.Level != got.Version-1 {
			err = fmt.Errorf("tank %+v at %d", got, at)
		}
		return at, err
	}
}

func readAll(pool *pgxpool.Pool) func(context.Context) (int64, error) {
	return func(ctx context.Context) (int64, error) {
		got, at, err := tank.AllLevels(ctx, pool, 200)
		if err == nil && len(got) != 101 {
			err = fmt.Errorf("%d tanks at %d", len(got), at)
		}
		return at, err
	}
}

// readReadings returns a query that checks the last reading. The reading must have the position of
// the read model, because only this tank gets new events.
func readReadings(pool *pgxpool.Pool, id uuid.UUID) func(context.Context) (int64, error) {
	return func(ctx context.Context) (int64, error) {
		got, at, err := tank.ReadingsOf(ctx, pool, id)
		if count := len(got); err == nil && count > 0 && (got[count-1].Position != at || got[count-1].Level != int64(count)) {
			err = fmt.Errorf("%d readings up to %+v at %d", count, got[count-1], at)
		}
		return at, err
	}
}

// A long read delays the switch to the rebuilt tables. Other reads wait for the switch for less
// than a second each.
func TestSwitchDoesNotQueueBehindALongReader(t *testing.T) {
	t.Parallel()
	url := tank.Database(t)
	pool := rig.Connect(t, url)
	fill(t, pool, 10, 2)
	projector := models(t, pool)
	rig.WaitFor(t, pool, tank.Levels.Name, 20)
	long, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = long.Rollback(context.Background()) }() // without this rollback the pool would not close after a failure
	if _, err := long.Exec(t.Context(), `SELECT FROM levels`); err != nil {
		t.Fatal(err)
	}
	rebuilt := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { rebuilt <- rebuild.Run(ctx, projector.Set(), tank.Levels.Name, rig.Quiet) }()
	reader, slowest := rig.Connect(t, url), time.Duration(0)
	bounded, enough := context.WithTimeout(t.Context(), await.Within)
	defer enough()
	for start := time.Now(); time.Since(start) < 2*time.Second || slowest < 100*time.Millisecond; { // the switch may come late
		asked := time.Now()
		if _, _, err := tank.AllLevels(bounded, reader, 1); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(asked))
	}
	if slowest > time.Second {
		t.Errorf("a read took %s at most, want some 0.3 s behind the switch", slowest)
	}
	if err := long.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := await.Signal(t, "the switch", rebuilt); err != nil {
		t.Error(err)
	}
}

// A new projection must apply the whole log before its tables may be read. Until then queries
// return an error, because the rows would be wrong.
func TestNewProjectionIsReadOnceItIsBuilt(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	position := fill(t, pool, 10, 2)
	unbuilt := func(when string) {
		t.Helper()
		if _, _, err := tank.LevelOf(t.Context(), pool, uuid.New()); !errors.Is(err, event.ErrNotBuilt) {
			t.Errorf("%s: LevelOf: %v", when, err)
		}
		if _, _, err := tank.AllLevels(t.Context(), pool, 1); !errors.Is(err, event.ErrNotBuilt) {
			t.Errorf("%s: AllLevels: %v", when, err)
		}
		if _, _, err := tank.ReadingsOf(t.Context(), pool, uuid.New()); !errors.Is(err, event.ErrNotBuilt) {
			t.Errorf("%s: ReadingsOf: %v", when, err)
		}
	}
	unbuilt("before anybody projects")
	on := make(chan struct{})
	projector := newProjector(pool, projection.Config{MaxBatch: 5})
	wait := func(apply projection.Apply) projection.Apply {
		return func(b *pgx.Batch, run []event.Recorded) error {
			if run[0].Position > 5 {
				<-on
			}
			return apply(b, run)
		}
	}
	for _, model := range []tank.Model{tank.Levels, tank.Readings} {
		projector.Add(model.Name, wait(model.Apply), model.Tables...)
	}
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, tank.Levels.Name, 5)
	rig.WaitFor(t, pool, tank.Readings.Name, 5)
	unbuilt("half built")
	close(on)
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	if _, at, err := tank.AllLevels(t.Context(), pool, 1); err != nil || at != position {
		t.Errorf("at the log's end: position %d, %v", at, err)
	}
}

// A client waits until a projection has reached the end of the log, and then reads. The read must
// not fail. Therefore the transaction that reaches the end of the log also marks the projection as
// built. The test covers three cases: the last batch is full, the last batch is not full, and the
// last event can't be applied.
func TestProjectionIsBuiltWhereTheLogEnds(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int{"full batches": 5, "the last one is not full": 7, "one batch": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, tank.Database(t))
			position := fill(t, pool, 10, 2)
			rig.Do(t, pool, `CREATE FUNCTION be_built() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'at the end, and not built'; END $$`)
			rig.Do(t, pool, fmt.Sprintf(`CREATE TRIGGER be_built BEFORE UPDATE ON checkpoints FOR EACH ROW WHEN (NEW.position = %d AND NEW.built_at IS NULL) EXECUTE FUNCTION be_built()`, position))
			projector := newProjector(pool, projection.Config{MaxBatch: length})
			tank.Levels.AddTo(projector)
			projector.Add("poisoned", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
				if e.Position == position {
					return errors.New("poison")
				}
				b.Queue(`SELECT`)
				return nil
			}))
			await.Background(t, projector.Run)
			rig.WaitFor(t, pool, tank.Levels.Name, position)
			rig.WaitFor(t, pool, "poisoned", position)
		})
	}
}
