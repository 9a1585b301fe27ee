package projection_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/status"
)

func statusOf(t *testing.T, projector *projection.Projector, name string) status.Status {
	t.Helper()
	statuses, err := status.All(t.Context(), projector.Set())
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range statuses {
		if status.Projection == name {
			return status
		}
	}
	t.Fatalf("no status of %s in %+v", name, statuses)
	panic("unreachable")
}

func TestStatus(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	fill(t, pool, 10, 2)
	idle := newProjector(pool, projection.Config{})
	idle.Add(tank.Levels.Name, tank.Levels.Apply)
	if got := statusOf(t, idle, tank.Levels.Name); got.Head != 20 || got.Position != 0 || got.LagEvents != 20 || got.LagSeconds <= 0 || got.Built || got.Holder != nil {
		t.Errorf("before anybody runs it: %+v", got)
	}
	projector := models(t, pool)
	await.True(t, "it is built", func() bool { return statusOf(t, projector, tank.Levels.Name).Built })
	got := statusOf(t, projector, tank.Levels.Name)
	if got.Position != 20 || got.LagEvents != 0 || got.Holder == nil || got.Holder.Application != t.Name() || got.Kept || got.Rebuild != nil {
		t.Errorf("at the log's end: %+v", got)
	}
}
