package projection_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
	"example.com/pgcqrs/engine/projection/park"
	"example.com/pgcqrs/engine/projection/rebuild"
)

// A projection records which events it has applied to its tables. A rebuild creates new tables with
// a new record, so all their events are compared with the log. An undo brings back the old tables
// with their old record, and with the differences that were found between this record and the log.
func TestReconcileAcrossARebuild(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	position := fill(t, pool, 20, 3)
	projector := newProjector(pool, projection.Config{})
	tank.Levels.AddTo(projector)
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	checkSound(t, reconciled(t, projector), position)
	h := tanks(t, pool)
	lost := rig.One[uuid.UUID](t, pool, `DELETE FROM levels WHERE tank_id = md5('7')::uuid RETURNING tank_id`)
	position = rig.Handle(t, h, lost, pour(1)) // this event parks the stream, because the row of the stream is missing
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	rig.Do(t, pool, `UPDATE applied_ranges SET events = events - 1, reconciled_at = NULL WHERE first_position = 1`) // as if an event had been skipped
	if a := reconciled(t, projector); len(a.Differences) != 1 || a.Differences[0].Missing != 1 {
		t.Fatalf("%+v, want a difference", a)
	}
	rig.Rebuild(t, projector, tank.Levels.Name)
	if a := reconciled(t, projector); a.Compared != position {
		t.Errorf("%+v, want all of the new tables' events compared", a)
	}
	last := rig.Handle(t, h, uuid.New(), build("north"))
	rig.WaitFor(t, pool, tank.Levels.Name, last)
	checkSound(t, reconciled(t, projector), last)
	if err := rebuild.Undo(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet); err != nil {
		t.Fatal(err)
	}
	if a := reconciled(t, projector); len(a.Differences) != 1 || a.ReconciledTo != last || len(a.NotReconciled) != 0 {
		t.Errorf("%+v, want the old tables' difference, and the rest reconciled", a)
	}
	if err := rebuild.DropKept(t.Context(), projector.Set(), tank.Levels.Name); err != nil {
		t.Fatal(err)
	}
	if names := rig.One[int](t, pool, `SELECT count(DISTINCT projection) FROM applied_ranges`); names != 1 {
		t.Errorf("ranges of %d names are left, want 1", names)
	}
}

// Somebody sets a checkpoint and the tables of a projection back to an earlier position. The
// comparison of applied events with the log starts again from that position.
func TestReconcileOfACheckpointThatWasSetBack(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	position := fill(t, pool, 20, 3)
	projector := newProjector(pool, projection.Config{MaxBatch: 7})
	projector.Add("applied", projection.Each(counting(t, pool)))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", position)
	checkSound(t, reconciled(t, projector), position)
	for _, back := range []int64{0, 20} {
		rig.Do(t, pool, `WITH c AS (UPDATE checkpoints SET position = $1) DELETE FROM applied WHERE position > $1`, back)
		rig.WaitFor(t, pool, "applied", position)
		checkApplied(t, pool, position)
	}
	if parked, err := park.List(t.Context(), projector.Set()); err != nil || len(parked) != 0 {
		t.Errorf("parked: %+v, %v", parked, err)
	}
	if a := reconciled(t, projector); len(a.Differences) != 0 || a.ReconciledTo != position {
		t.Errorf("%+v, want no difference", a)
	}
}

// The comparison of applied events with the log runs at regular intervals. If the comparison finds
// a difference, every process raises the alarm.
func TestReconcileOnASchedule(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	position := fill(t, pool, 20, 3)
	var registries []*prometheus.Registry
	for range 2 {
		registry := prometheus.NewRegistry()
		registries = append(registries, registry)
		projector := newProjector(pool, projection.Config{ReconcileEvery: 50 * time.Millisecond, Registerer: registry})
		tank.Levels.AddTo(projector)
		await.Background(t, projector.Run)
		rig.Health(t, projector, health.Config{Registerer: registry})
	}
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	await.True(t, "all is compared", func() bool {
		return rig.One[bool](t, pool, `SELECT count(*) > 0 AND bool_and(reconciled_at IS NOT NULL AND NOT differs) FROM applied_ranges`)
	})
	rig.Do(t, pool, `UPDATE applied_ranges SET checksum = checksum # 1, reconciled_at = NULL`)
	for _, registry := range registries {
		await.True(t, "the alarm is raised", func() bool {
			return rig.Sum(t, registry, "projection_reconcile_differences") == 1
		})
	}
}
