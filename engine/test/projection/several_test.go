package projection_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
)

// decodeOldShapes decodes two event types that exist only in this test. An event "built with"
// corresponds to two events of today, and an event "painted" corresponds to no event of today.
func decodeOldShapes(eventType string, version int, data []byte) (event.Event, error) {
	switch eventType {
	case "tank.built_with":
		var old struct {
			Place  string
			Amount int64
		}
		err := json.Unmarshal(data, &old)
		return event.Split{tank.Built{Place: old.Place}, tank.Poured{Amount: old.Amount}}, err
	case "tank.painted":
		return event.Dropped{}, nil
	}
	return tank.Decode(eventType, version, data)
}

// When an old event is decoded, the result may be two events of today, or no event. Commands,
// projections and the comparison with the log handle the result like any other events.
func TestAnOldShapeMayBeSeveralEventsToday(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, tank.Database(t))
	id := uuid.New()
	for i, old := range []struct{ eventType, data string }{
		{"tank.built_with", `{"place":"north","amount":70}`},
		{"tank.painted", `{"color":"red"}`},
		{"tank.poured", `{"amount":5}`},
	} {
		rig.Put(t, pool, tank.Stream, id, int64(i)+1, int64(i)+1, old.eventType, 1, old.data)
	}
	store := rig.Store(t, pool, decodeOldShapes)
	projector := rig.Projector(pool, store, projection.Config{Decode: decodeOldShapes})
	tank.Levels.AddTo(projector)
	tank.Readings.AddTo(projector)
	await.Background(t, projector.Run)

	h := command.NewHandler(store, tank.Stream, tank.Decide, tank.Evolve)
	position := rig.Handle(t, h, id, drain(75)) // drains the tank completely: 75 is the level after all earlier events
	rig.WaitFor(t, pool, tank.Levels.Name, position)
	rig.WaitFor(t, pool, tank.Readings.Name, position)
	row, _, err := tank.LevelOf(t.Context(), pool, id)
	if err != nil || row != (tank.Level{Place: "north", Level: 0, Version: 4}) {
		t.Errorf("the level is %+v, %v", row, err)
	}
	readings, _, err := tank.ReadingsOf(t.Context(), pool, id)
	if err != nil || len(readings) != 3 || readings[0].Amount != 70 || readings[0].Version != 1 || readings[2].Level != 0 {
		t.Errorf("the readings are %+v, %v", readings, err)
	}
	if parked := rig.One[int64](t, pool, `SELECT count(*) FROM parked_streams`); parked != 0 {
		t.Errorf("%d streams are parked: %s", parked, rig.One[string](t, pool, `SELECT string_agg(projection || ' ' || error, '; ') FROM parked_streams`))
	}
	found, err := projector.Set().Reconciler().Reconcile(t.Context())
	if err != nil || len(found) != 2 || len(found[0].Differences)+len(found[1].Differences) > 0 {
		t.Errorf("comparing finds %+v, %v", found, err)
	}
}
