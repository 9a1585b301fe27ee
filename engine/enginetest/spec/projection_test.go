package spec_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/enginetest/tank"
)

func TestProjection(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	pool := rig.Connect(t, tank.Database(t))
	p := spec.NewProjection(r, pool, tank.Decode, tank.Levels.Name, tank.Levels.Apply, tank.Levels.Tables...)
	roof, cellar := uuid.New(), uuid.New()
	p.Given(tank.Stream, roof, tank.Built{Place: "roof"}, tank.Poured{Amount: 7})
	p.Given(tank.Stream, cellar, tank.Built{Place: "cellar"})
	if position := p.Given(tank.Stream, roof, tank.Drained{Amount: 2}); position != 4 {
		t.Errorf("the last event is at position %d", position)
	}
	if row, position, err := tank.LevelOf(t.Context(), pool, roof); err != nil || position != 4 || row.Level != 5 {
		t.Errorf("the level is %+v at position %d, %v", row, position, err)
	}
	p.Then(`SELECT place, level, version FROM levels ORDER BY place`, "(cellar,0,1)", "(roof,5,3)")
	p.Then(`SELECT changed_at - '2026-01-01 00:00:00Z' AS after FROM levels WHERE place = 'roof'`, "(00:00:04)")
	r.isQuiet("as it is")
	p.Then(`SELECT level FROM levels ORDER BY place`, "(0)", "(6)")
	r.says("another level", "rows of levels")

	p.Given(tank.Stream, cellar, tank.Drained{Amount: 1})
	r.says("an event that leads below nothing", "levels can't apply an event of "+cellar.String())
}
