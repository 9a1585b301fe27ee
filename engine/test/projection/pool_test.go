package projection_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
)

// Each projection uses one connection all the time. It must never need a second connection, because
// the other projections may use all other connections of the pool.
func TestAsManyProjectionsAsThePoolHolds(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := rig.Connect(t, url)
	position := rig.Handle(t, tanks(t, watch), uuid.New(), build("north"))
	pool, err := pg.Open(t.Context(), url, t.Name(), 5)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	nothing := func(*pgx.Batch, event.Recorded) error { return nil }
	projector, tooMany := newProjector(pool, projection.Config{}), newProjector(pool, projection.Config{})
	for i := range 3 {
		projector.Add(fmt.Sprint("projection ", i), projection.Each(nothing))
		tooMany.Add(fmt.Sprint("projection ", i), projection.Each(nothing))
	}
	tooMany.Add("one too many", projection.Each(nothing))
	for range 2 { // another user has the two other connections
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

	if err := tooMany.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "need 6 connections") {
		t.Errorf("got %v", err)
	}
}

// The size of a pool is computed from the number of projections. With thirty projections and two
// other users of the pool, all projections work, and the readiness check gets a connection.
func TestThirtyProjections(t *testing.T) {
	t.Parallel()
	const projections, others = 30, 2
	url := testdb.New(t)
	watch := rig.Connect(t, url)
	position := rig.Handle(t, tanks(t, watch), uuid.New(), build("north"))
	pool, err := pg.Open(t.Context(), url, t.Name(), projection.Connections(projections, others))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	for range others {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Release)
	}
	projector := newProjector(pool, projection.Config{OthersHold: others})
	for i := range projections {
		projector.Add(fmt.Sprint("projection ", i), projection.Each(func(*pgx.Batch, event.Recorded) error { return nil }))
	}
	await.Background(t, projector.Run)
	keepsUp := rig.Health(t, projector, health.Config{})
	for i := range projections {
		rig.WaitFor(t, watch, fmt.Sprint("projection ", i), position)
	}
	await.True(t, "readiness sees all of them", func() bool { return keepsUp.Ready() == nil && len(keepsUp.Lags()) == projections })
}

// If the other users of a pool leave too few connections for the projections, the method Run
// returns an error. Without this error, the projector would run and never become ready.
func TestProjectionsBesideOthersThatHoldConnections(t *testing.T) {
	t.Parallel()
	projector := newProjector(rig.Connect(t, testdb.New(t)), projection.Config{OthersHold: 2}) // the pool has 12 connections
	for i := range 10 {
		projector.Add(fmt.Sprint("projection ", i), projection.Each(func(*pgx.Batch, event.Recorded) error { return nil }))
	}
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if err := projector.Run(ctx); err == nil || !strings.Contains(err.Error(), "need 14 connections") {
		t.Errorf("got %v", err)
	}
}
