package projection_test

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
)

// applyContents maintains a row for each tank. applyContents only queues SQL. The projector runs
// this SQL in the transaction that moves the checkpoint.
func applyContents(b *pgx.Batch, e event.Recorded) error {
	switch happened := e.Event.(type) {
	case tank.Built:
		b.Queue(`INSERT INTO contents (tank_id, place, litres) VALUES ($1, $2, 0)`, e.StreamID, happened.Place)
	case tank.Poured:
		b.Queue(`UPDATE contents SET litres = litres + $2 WHERE tank_id = $1`, e.StreamID, happened.Amount)
	case tank.Drained:
		b.Queue(`UPDATE contents SET litres = litres - $2 WHERE tank_id = $1`, e.StreamID, happened.Amount)
	case event.Dropped: // an old event that corresponds to none of today's events
	default:
		return fmt.Errorf("contents don't know a %T", e.Event)
	}
	return nil
}

// ExampleEach makes a projection from a function that applies one event at a time. A program adds
// this projection to a Projector: projector.Add("contents", apply, "contents"). A service tests the
// projection on real tables with spec.NewProjection of enginetest/spec. ExampleEach has no
// database: it only prints the queued SQL.
func ExampleEach() {
	apply := projection.Each(applyContents)
	roof := uuid.MustParse("00000000-0000-0000-0000-00000000000a")
	run := []event.Recorded{
		{Position: 1, StreamID: roof, Version: 1, Event: tank.Built{Place: "roof"}},
		{Position: 2, StreamID: roof, Version: 2, Event: tank.Poured{Amount: 7}},
		{Position: 3, StreamID: roof, Version: 3, Event: tank.Drained{Amount: 2}},
	}
	batch := &pgx.Batch{}
	if err := apply(batch, run); err != nil {
		fmt.Println(err)
	}
	for _, query := range batch.QueuedQueries {
		fmt.Println(query.SQL, query.Arguments)
	}
	// Output:
	// INSERT INTO contents (tank_id, place, litres) VALUES ($1, $2, 0) [00000000-0000-0000-0000-00000000000a roof]
	// UPDATE contents SET litres = litres + $2 WHERE tank_id = $1 [00000000-0000-0000-0000-00000000000a 7]
	// UPDATE contents SET litres = litres - $2 WHERE tank_id = $1 [00000000-0000-0000-0000-00000000000a 2]
}
