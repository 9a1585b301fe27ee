package projection_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/health"
	"example.com/pgcqrs/engine/projection/rebuild"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
	"example.com/pgcqrs/engine/projection/status"
)

// ahead returns a projection that is ahead of the log: the level of its tank contains the amounts
// of two events that the log has lost. The parameter pours is the number of new events that were
// appended after the loss.
func ahead(t *testing.T, pours int) (pool *pgxpool.Pool, projector *projection.Projector, id uuid.UUID) {
	t.Helper()
	url := tank.Database(t)
	pool = rig.Connect(t, url)
	id = uuid.New()
	position := rig.Handle(t, tanks(t, pool), id, build("north"), pour(10), pour(2))
	projector = newProjector(rig.Connect(t, url), projection.Config{})
	tank.Levels.AddTo(projector)
	stop := await.Background(t, projector.Run)
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	logGoesBack(t, pool)
	for range pours {
		rig.Handle(t, tanks(t, pool), id, pour(5))
	}
	projector = newProjector(rig.Connect(t, url), projection.Config{})
	tank.Levels.AddTo(projector)
	await.Background(t, projector.Run)
	return pool, projector, id
}

// logGoesBack deletes all events except the first one. The restore of a backup shortens the log in
// the same way.
func logGoesBack(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	rig.Do(t, pool, `ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE position > 1; DELETE FROM outbox; ALTER TABLE events ENABLE TRIGGER USER`)
}

func isAhead(t *testing.T, projector *projection.Projector) bool {
	t.Helper()
	all, err := status.All(t.Context(), projector.Set())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0].Ahead
}

// The tables of a projection contain events that the log has lost. The projection stops, and stays
// stopped even if the log grows past the projection's checkpoint. Queries do not treat the tables
// as up to date.
func TestCheckpointAheadOfTheLogStopsTheProjection(t *testing.T) {
	t.Parallel()
	pool, projector, id := ahead(t, 0)
	keepsUp := rig.Health(t, projector, health.Config{})
	await.True(t, "it is stopped", func() bool { return isAhead(t, projector) })
	last := rig.Handle(t, tanks(t, pool), id, pour(5), pour(5), pour(5), pour(5)) // the log now ends at position 5
	await.True(t, "it is not ready", func() bool { return keepsUp.Ready() != nil })
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := position.NewPoller(pool).Wait(ctx, tank.Levels.Name, 2); err == nil {
		t.Error("it is at position 2, somebody says")
	}
	if got, _, err := tank.LevelOf(t.Context(), pool, id); err != nil || got.Level != 12 {
		t.Errorf("%+v, %v, want it as it was", got, err)
	}

	rig.Rebuild(t, projector, tank.Levels.Name)
	rig.WaitFor(t, pool, tank.Levels.Name, last)
	if got, _, err := tank.LevelOf(t.Context(), pool, id); err != nil || got.Level != 20 {
		t.Errorf("rebuilt: %+v, %v, want a level of 20", got, err)
	}
	await.True(t, "it is ready again", func() bool { return keepsUp.Ready() == nil })
	for range 2 {
		if err := rebuild.Undo(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet); err == nil || !strings.Contains(err.Error(), "-drop") {
			t.Errorf("undo of it: %v, want what to do with the tables that hold what is lost", err)
		}
	}
	if err := rebuild.DropKept(t.Context(), projector.Set(), tank.Levels.Name); err != nil {
		t.Error(err)
	}
	rig.Rebuild(t, projector, tank.Levels.Name)
}

// A rebuild (or the undo of a rebuild) is interrupted, and then the log loses events. The rebuild
// can't be continued. The next attempt returns an error that names the command by which an operator
// discards the rebuild.
func TestLogGoesBackUnderARebuild(t *testing.T) {
	t.Parallel()
	type replace = func(ctx context.Context, of *projection.Set, name string, progress func(catchup.Progress)) error
	for name, c := range map[string]struct {
		do   replace
		way  string
		give func(ctx context.Context, of *projection.Set, name string) error
	}{
		"rebuild": {rebuild.Run, "-restart", rebuild.Abandon},
		"undo":    {rebuild.Undo, "-drop", rebuild.DropKept},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, tank.Database(t))
			projector := models(t, pool)
			h, id := tanks(t, pool), uuid.New()
			rig.WaitFor(t, pool, tank.Levels.Name, rig.Handle(t, h, id, build("north"), pour(1)))
			if name == "undo" {
				rig.Rebuild(t, projector, tank.Levels.Name)
			}
			rig.WaitFor(t, pool, tank.Levels.Name, rig.Handle(t, h, id, pour(2)))
			interrupted, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			if err := c.do(interrupted, projector.Set(), tank.Levels.Name, func(catchup.Progress) { interrupt() }); !errors.Is(err, context.Canceled) {
				t.Fatalf("interrupted: %v", err)
			}
			logGoesBack(t, pool)
			if err := c.do(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet); err == nil || !strings.Contains(err.Error(), c.way) || strings.Contains(err.Error(), "resume") {
				t.Errorf("got %v, want an error that names %s", err, c.way)
			}
			if err := c.give(t.Context(), projector.Set(), tank.Levels.Name); err != nil {
				t.Error(err)
			}
			rig.Rebuild(t, projector, tank.Levels.Name)
		})
	}
}

// The log loses events and then grows past the checkpoint, before the projection reads it again.
// The projection still detects the loss, because the log has another event at the position of the
// checkpoint.
func TestCheckpointAtALostEventStopsTheProjection(t *testing.T) {
	t.Parallel()
	for name, pours := range map[string]int{"the log ends there": 2, "the log ends beyond it": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, projector, _ := ahead(t, pours)
			keepsUp := rig.Health(t, projector, health.Config{})
			await.True(t, "it is stopped", func() bool { return isAhead(t, projector) })
			await.True(t, "it is not ready", func() bool { return keepsUp.Ready() != nil })
		})
	}
}

// The tables of a projection are ahead of the log, because the log has lost events. A rebuild
// applies the events that the log still has, and ends at the end of the log.
func TestRebuildOfWhatIsAheadOfTheLog(t *testing.T) {
	t.Parallel()
	pool, projector, id := ahead(t, 0)
	await.True(t, "it is stopped", func() bool { return isAhead(t, projector) })
	rig.Rebuild(t, projector, tank.Levels.Name)
	if got, at, err := tank.LevelOf(t.Context(), pool, id); err != nil || got.Level != 0 || at != 1 {
		t.Errorf("rebuilt: %+v at %d, %v, want an empty tank at 1", got, at, err)
	}
}

// A projection is stopped because the log has lost events. An operator may resume the projection
// with its present tables. The projection then continues from the position at which the log ended,
// so that it skips no event.
func TestResumeAProjection(t *testing.T) {
	t.Parallel()
	pool, projector, id := ahead(t, 0)
	keepsUp := rig.Health(t, projector, health.Config{})
	await.True(t, "it is stopped", func() bool { return isAhead(t, projector) })
	position := rig.Handle(t, tanks(t, pool), id, pour(5), pour(5), pour(5))
	if _, err := checkpoint.Resume(t.Context(), projector.Set().Pool, tank.Levels.Name); err != nil {
		t.Fatal(err)
	}
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	await.True(t, "it is ready", func() bool { return keepsUp.Ready() == nil })
	if _, err := checkpoint.Resume(t.Context(), projector.Set().Pool, tank.Levels.Name); !errors.Is(err, checkpoint.ErrNotAhead) {
		t.Errorf("got %v, want ErrNotAhead", err)
	}
}
