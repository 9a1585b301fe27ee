package eventlog_test

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
)

// Example_tail reads the events of the log from a position on. The events come in the order of the
// log and without gaps. No event is ever recorded at a position that a reader has already passed,
// so a reader misses no event. A reader stores the position of the last event that it has read. A
// notify.Listener wakes the reader when new events arrive, so that the reader need not poll often.
// In a service, a projection does all of this.
func Example_tail() {
	t := testdb.NewExample("tail")
	defer t.End()
	store := rig.Store(t, rig.Connect(t, testdb.New(t)), tank.Decode)

	first, second := uuid.New(), uuid.New()
	for _, stream := range []event.StreamAppend{
		{Type: tank.Stream, ID: first, Expected: event.NoStream, Events: []event.Event{tank.Built{Place: "roof"}, tank.Poured{Amount: 7}}},
		{Type: tank.Stream, ID: second, Expected: event.NoStream, Events: []event.Event{tank.Built{Place: "yard"}}},
		{Type: tank.Stream, ID: first, Expected: 2, Events: []event.Event{tank.Drained{Amount: 2}}},
	} {
		if _, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{stream}}); err != nil {
			t.Fatal(err)
		}
	}

	for position := int64(0); ; { // 0: from the start; a reader that comes back begins at its stored position
		page, err := store.After(t.Context(), position, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break // the reader has reached the current end
		}
		fmt.Println("page of", len(page))
		for _, e := range page {
			happened, err := tank.Decode(e.Type, e.SchemaVersion, e.Data)
			fmt.Printf("%d: version %d of %s, %s %+v, %v\n", e.Position, e.Version, e.StreamType, e.Type, happened, err)
			position = e.Position
		}
	}
	// Output:
	// page of 3
	// 1: version 1 of tank, tank.built {Place:roof}, <nil>
	// 2: version 2 of tank, tank.poured {Amount:7 Note:}, <nil>
	// 3: version 1 of tank, tank.built {Place:yard}, <nil>
	// page of 1
	// 4: version 3 of tank, tank.drained {Amount:2}, <nil>
}
