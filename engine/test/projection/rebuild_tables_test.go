package projection_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
	"example.com/pgcqrs/engine/projection/rebuild"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
)

// After a rebuild, the new tables have the properties of the old tables, and their indexes and
// constraints have the old names. So the next migration can refer to these names.
func TestRebuiltTablesAreLikeTheOldOnes(t *testing.T) {
	t.Parallel()
	url := tank.Database(t)
	pool := rig.Connect(t, url)
	fill(t, pool, 3, 3)
	tables := append(append([]string{}, tank.Levels.Tables...), tank.Readings.Tables...)
	before := rig.Shape(t, pool, tables)
	projector := models(t, pool)
	rig.Rebuild(t, projector, tank.Levels.Name)
	rig.Rebuild(t, projector, tank.Readings.Name)
	if after := rig.Shape(t, pool, tables); after != before {
		t.Errorf("the tables were\n%s\nand are\n%s", before, after)
	}
	if !strings.Contains(before, "levels_by_place") || !strings.Contains(before, "fillfactor=80") || !strings.Contains(before, "litre") || !strings.Contains(before, "CHECK") || !strings.Contains(before, `.service\"=`) {
		t.Errorf("the comparison sees too little:\n%s", before)
	}
}

// If a rebuild was interrupted, the next run continues it. If a migration has changed the tables
// meanwhile, the rebuild must start from the beginning.
func TestInterruptedRebuildGoesOn(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	position := fill(t, pool, 100, 120)
	projector := models(t, pool)
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	ctx, kill := context.WithCancel(t.Context())
	if err := rebuild.Run(ctx, projector.Set(), tank.Levels.Name, func(catchup.Progress) { kill() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	await.True(t, "nobody is at it any more", func() bool {
		at := statusOf(t, projector, tank.Levels.Name).Rebuild
		return at != nil && at.Position == 5000 && at.Holder == nil
	})
	rig.Do(t, pool, `ALTER TABLE levels ADD COLUMN later text`)
	if err := rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet); err == nil || !strings.Contains(err.Error(), "before a migration: start over") {
		t.Errorf("after a migration: got %v", err)
	}
	rig.Do(t, pool, `ALTER TABLE levels DROP COLUMN later`)
	var first int64
	if err := rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, func(at catchup.Progress) {
		if first == 0 {
			first = at.Position
		}
	}); err != nil {
		t.Fatal(err)
	}
	if first != 10000 {
		t.Errorf("went on with %d, want the second batch", first)
	}
	if got := rig.One[int64](t, pool, `SELECT sum(level)::bigint FROM levels`); got != 100*119 {
		t.Errorf("levels sum up to %d", got)
	}
	if err := rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet); !errors.Is(err, rebuild.ErrKept) {
		t.Errorf("with the old tables kept: got %v", err)
	}
}

// While a projection is being rebuilt, a second rebuild of this projection is refused. Other
// impossible commands, such as an undo without a rebuild, are refused as well.
func TestRebuildsThatAreRefused(t *testing.T) {
	t.Parallel()
	url := tank.Database(t)
	pool := rig.Connect(t, url)
	fill(t, pool, 10, 2)
	projector := models(t, pool)
	rig.WaitFor(t, pool, tank.Levels.Name, 20)
	var second error
	if err := rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, func(catchup.Progress) {
		if second == nil {
			second = rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(second, rebuild.ErrRebuilding) || !strings.Contains(second.Error(), "held by "+t.Name()) {
		t.Errorf("a second one at the same time: got %v", second)
	}
	if err := rebuild.Undo(t.Context(), projector.Set(), tank.Readings.Name, rig.Quiet); !errors.Is(err, rebuild.ErrNothingKept) {
		t.Errorf("undo of nothing: got %v", err)
	}
	if err := rebuild.DropKept(t.Context(), projector.Set(), tank.Readings.Name); !errors.Is(err, rebuild.ErrNothingKept) {
		t.Errorf("drop of nothing: got %v", err)
	}
	if err := rebuild.Run(t.Context(), projector.Set(), "nothing", rig.Quiet); err == nil {
		t.Error("rebuilt a projection that there is not")
	}
	asService := models(t, rig.Connect(t, testdb.ServiceURL(t, url)))
	if err := rebuild.Run(t.Context(), asService.Set(), tank.Readings.Name, rig.Quiet); err == nil || !strings.Contains(err.Error(), "run it as their owner") {
		t.Errorf("as the service: got %v", err)
	}
	rig.Do(t, pool, `CREATE VIEW deep AS SELECT level FROM meters WHERE level > 1000`)
	if err := rebuild.Run(t.Context(), projector.Set(), tank.Readings.Name, rig.Quiet); err == nil || !strings.Contains(err.Error(), "view deep depends on table meters") {
		t.Errorf("with a view: got %v", err)
	}
}

// If an event can't be applied, a rebuild fails, although a running projection would only skip the
// stream of the event. If an operator has discarded the stream, the rebuild ignores its events.
func TestRebuildIsStrict(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `CREATE TABLE applied (position bigint)`)
	h := tanks(t, pool)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		if poured, ok := e.Event.(tank.Poured); ok && poured.Amount == 13 {
			return errors.New("poison")
		}
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position)
		return nil
	}), "applied")
	bad := uuid.New()
	rig.Handle(t, h, bad, build("north"), pour(13), pour(1))
	position := rig.Handle(t, h, uuid.New(), build("south"))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", position)

	if err := rebuild.Run(t.Context(), projector.Set(), "applied", rig.Quiet); err == nil || !strings.Contains(err.Error(), "poison") || !strings.Contains(err.Error(), bad.String()) {
		t.Fatalf("got %v", err)
	}
	if err := park.Discard(t.Context(), projector.Set(), "applied", uuid.New(), "me", "why"); !errors.Is(err, park.ErrNotParked) {
		t.Errorf("discarded a stream that is not parked: %v", err)
	}
	if err := park.Discard(t.Context(), projector.Set(), "applied", bad, "me", "a test's"); err != nil {
		t.Fatal(err)
	}
	rig.Rebuild(t, projector, "applied")
	if status := statusOf(t, projector, "applied"); status.Parked != 0 || status.Discarded != 1 || !status.Kept {
		t.Errorf("status %+v, want one stream discarded and the old tables kept", status)
	}
	position = rig.Handle(t, h, bad, pour(2))
	rig.WaitFor(t, pool, "applied", position)
	parked, err := park.List(t.Context(), projector.Set())
	if err != nil || len(parked) != 1 || parked[0].DiscardedAt == nil || parked[0].DiscardedBy != "me" || parked[0].DiscardNote != "a test's" || parked[0].Version != 2 {
		t.Errorf("parked %+v, %v, want the trace of the discarded one", parked, err)
	}
	if got := rig.One[int64](t, pool, `SELECT count(*) FROM applied`); got != 2 {
		t.Errorf("%d events applied, want two", got)
	}
}
