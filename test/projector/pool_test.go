package projector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/rig"
	"example.com/pgcqrs/test/testdb"
)

// Each projection holds a connection. None may need another one to go on: the
// others may have them all.
func TestAsManyProjectionsAsThePoolHolds(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := rig.Connect(t, url)
	position := rig.Handle(t, tanks(t, watch), uuid.New(), build("north"))
	pool, err := database.Open(t.Context(), url, t.Name(), 5)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	nothing := func(*pgx.Batch, events.Recorded) error { return nil }
	projector := newProjector(pool, read.Config{})
	for i := range 3 {
		projector.Add(fmt.Sprint("projection ", i), read.Each(nothing))
	}
	for range 2 { // and somebody else the two others
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Release)
	}
	await.Background(t, projector.Run)
	for i := range 3 {
		rig.WaitFor(t, watch, fmt.Sprint("projection ", i), position)
	}

	projector.Add("one too many", read.Each(nothing))
	if err := projector.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "need 6 connections") {
		t.Errorf("got %v", err)
	}
}
