package projection_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/projection"
)

// The result of a projection does not depend on how the events are divided into batches.
func TestRunsOfAnyLengthComeToTheSame(t *testing.T) {
	t.Parallel()
	want := ""
	for _, length := range []int{1, 2, 5, 500} {
		pool := rig.Connect(t, tank.Database(t))
		h := tanks(t, pool)
		ids := []uuid.UUID{{15: 1}, {15: 2}, {15: 3}}
		var position int64
		for _, id := range ids {
			rig.Handle(t, h, id, build(id.String()))
		}
		for i := range 20 { // the events of all tanks alternate
			rig.Handle(t, h, ids[i%3], pour(int64(i+5)))
			position = rig.Handle(t, h, ids[i%2], drain(int64(i%3+1)))
		}
		projector := newProjector(pool, projection.Config{MaxBatch: length})
		tank.Levels.AddTo(projector)
		tank.Readings.AddTo(projector)
		await.Background(t, projector.Run)
		rig.WaitFor(t, pool, tank.Levels.Name, position)
		rig.WaitFor(t, pool, tank.Readings.Name, position)
		got := rig.One[string](t, pool, `
			SELECT string_agg(line, E'\n' ORDER BY line) FROM (
			    SELECT concat_ws(' ', tank_id, place, level, version) AS line FROM levels
			    UNION ALL SELECT concat_ws(' ', tank_id, level) FROM meters
			    UNION ALL SELECT concat_ws(' ', tank_id, version, position, amount, level) FROM readings) AS lines`)
		if want == "" {
			want = got
		}
		if lines := strings.Count(got, "\n") + 1; got != want || lines != 3+3+40 {
			t.Errorf("runs of %d come to %d lines\n%s\none by one they come to\n%s", length, lines, got, want)
		}
	}
}

// One statement changes the rows of many streams. If the row of one stream is missing or has an
// unexpected version, the projection parks this stream. It continues with all other streams.
func TestSpoiltRowAmongOthersParksItsStream(t *testing.T) {
	t.Parallel()
	for spoil, of := range map[string]struct{ projection, table string }{
		`DELETE FROM levels WHERE tank_id = $1`:                      {tank.Levels.Name, "levels"},
		`UPDATE levels SET version = version + 1 WHERE tank_id = $1`: {tank.Levels.Name, "levels"},
		`DELETE FROM meters WHERE tank_id = $1`:                      {tank.Readings.Name, "meters"},
	} {
		t.Run(spoil, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, tank.Database(t))
			h := tanks(t, pool)
			projector := newProjector(pool, projection.Config{})
			tank.Levels.AddTo(projector)
			tank.Readings.AddTo(projector)
			rows := rig.Rows{Projection: of.projection, Table: of.table, Key: "tank_id", Sum: "level", Spoil: spoil}
			rig.CheckSpoiltRow(t, pool, projector, h, rows, build("north"), pour)
		})
	}
}
