package projection_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
)

// One query returns rows of a read model, the position up to which the rows are current, and the
// streams that the projection has parked. All three belong to the same moment. If the query finds
// no rows, it returns the position and the streams nevertheless.
func TestModelReadsRowsWithTheirPosition(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	h := tanks(t, pool)
	projector := newProjector(pool, projection.Config{})
	tank.Levels.AddTo(projector)
	levels := position.NewModel(pool, tank.Levels.Name)
	var place string
	var level int64
	read := func(sql string, args ...any) (places []string, at position.At, err error) {
		at, err = levels.Read(t.Context(), position.Question{SQL: sql, Args: args}, []any{&place, &level}, func() error {
			places = append(places, place)
			return nil
		})
		return places, at, err
	}
	if _, _, err := read(`SELECT place, level FROM levels`); !errors.Is(err, event.ErrNotBuilt) {
		t.Errorf("before anybody runs it: %v", err)
	}

	good, spoilt := uuid.New(), uuid.New()
	last := max(rig.Handle(t, h, good, build("south"), pour(5)), rig.Handle(t, h, spoilt, build("north"), pour(3)))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, tank.Levels.Name, last)
	await.True(t, "it is built", func() bool { _, _, err := read(`SELECT place, level FROM levels`); return err == nil })
	for sql, want := range map[string][]string{
		`SELECT place, level FROM levels ORDER BY place DESC`:                                          {"south", "north"},
		`SELECT place, level FROM levels ORDER BY level DESC, place -- the fullest first`:              {"south", "north"},
		`SELECT place, level FROM levels ORDER BY place LIMIT 1`:                                       {"north"},
		`SELECT place, level FROM levels WHERE level > 5`:                                              nil,
		`WITH deep AS (SELECT place, level FROM levels WHERE level > 4) SELECT place, level FROM deep`: {"south"},
	} {
		if got, at, err := read(sql); err != nil || at.Position != last || at.Incomplete || !slices.Equal(got, want) {
			t.Errorf("%s: %v at %+v, %v, want %v at %d", sql, got, at, err, want, last)
		}
	}

	rig.Do(t, pool, `UPDATE levels SET version = 9 WHERE tank_id = $1`, spoilt)
	parkedAt := rig.Handle(t, h, spoilt, pour(1))
	rig.WaitFor(t, pool, tank.Levels.Name, parkedAt)
	if _, at, err := read(`SELECT place, level FROM levels WHERE level > $1`, 100); err != nil || !at.Incomplete || at.Position != parkedAt {
		t.Errorf("a stream is parked: %+v, %v", at, err)
	}
	const one = `SELECT place, level FROM levels WHERE tank_id = $1 AND level > $2`
	for id, want := range map[uuid.UUID]int64{good: 0, spoilt: parkedAt} {
		if found, at, err := levels.Row(t.Context(), id, one, []any{&place, &level}, 0); err != nil || !found || at.Parked[id] != want || at.Position != parkedAt {
			t.Errorf("found %t, %+v, %v, want it parked at %d", found, at, err, want)
		}
		if found, at, err := levels.Row(t.Context(), id, one, []any{&place, &level}, 100); err != nil || found || at.Parked[id] != want || at.Position != parkedAt {
			t.Errorf("without a row: found %t, %+v, %v, want it parked at %d", found, at, err, want)
		}
	}
	stop := errors.New("enough")
	if _, err := levels.Read(t.Context(), position.Question{SQL: `SELECT place, level FROM levels`}, []any{&place, &level}, func() error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the caller's error", err)
	}
}
