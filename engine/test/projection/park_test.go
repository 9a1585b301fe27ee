package projection_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
)

// applied returns the positions of all events that the projection has applied, in the order of
// their application.
func applied(t *testing.T, pool *pgxpool.Pool) []int64 {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT position FROM applied ORDER BY ctid`)
	if err != nil {
		t.Fatal(err)
	}
	positions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		t.Fatal(err)
	}
	return positions
}

// If a projection can't apply an event, for any reason, it parks the stream of the event. It
// applies no further events of this stream, and continues with all other streams. Once the event
// can be applied, the waiting events of the stream are applied in order.
func TestPoisonEventParksItsStream(t *testing.T) {
	t.Parallel()
	for name, poison := range map[string]func(b *pgx.Batch, e event.Recorded) error{
		"Apply fails": func(*pgx.Batch, event.Recorded) error { return errors.New("poison") },
		"a value is refused": func(b *pgx.Batch, _ event.Recorded) error {
			b.Queue(`INSERT INTO applied (position) VALUES ((1 / 0))`)
			return nil
		},
		"Apply fails in words that are no text": func(*pgx.Batch, event.Recorded) error { return errors.New("\x00\xff") },
		"Apply panics":                          func(*pgx.Batch, event.Recorded) error { panic("poison") },
		"an argument can't be encoded": func(b *pgx.Batch, _ event.Recorded) error {
			b.Queue(`INSERT INTO applied (position) VALUES ($1::int)`, int64(1)<<40)
			return nil
		},
		"a row is too large for its index": func(b *pgx.Batch, e event.Recorded) error {
			b.Queue(`INSERT INTO idempotency_keys (key, fingerprint, stream_id, version, position, expires_at, expires_after)
				SELECT string_agg(gen_random_uuid()::text, ''), '', $1, 1, 1, now(), 1 FROM generate_series(1, 1000)`, e.StreamID)
			return nil
		},
		"a subquery finds two rows": func(b *pgx.Batch, _ event.Recorded) error {
			b.Queue(`INSERT INTO applied (position) SELECT (SELECT n FROM generate_series(1, 2) n)`)
			return nil
		},
		"nothing is changed": func(b *pgx.Batch, e event.Recorded) error {
			b.Queue(`UPDATE idempotency_keys SET version = 1 WHERE stream_id = $1`, e.StreamID)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, testdb.New(t))
			h := tanks(t, pool)
			apply := counting(t, pool)
			var healed atomic.Bool
			projector := newProjector(pool, projection.Config{MaxBatch: 50})
			projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
				if poured, ok := e.Event.(tank.Poured); ok && poured.Amount == 13 && !healed.Load() {
					return poison(b, e)
				}
				return apply(b, e)
			}))
			bad := uuid.New()
			rig.Handle(t, h, uuid.New(), build("north"))
			rig.Handle(t, h, bad, build("south"), pour(13), pour(1))
			rig.Handle(t, h, uuid.New(), build("east"), pour(2))
			await.Background(t, projector.Run)
			rig.WaitFor(t, pool, "applied", 6)
			last := rig.Handle(t, h, bad, pour(3)) // this event comes in a later batch
			rig.WaitFor(t, pool, "applied", last)
			if got := applied(t, pool); !slices.Equal(got, []int64{1, 2, 5, 6}) {
				t.Fatalf("applied %v, want all but the parked stream from position 3 on", got)
			}
			retryParked(t, projector, bad, &healed)
			last = rig.Handle(t, h, bad, pour(4))
			rig.WaitFor(t, pool, "applied", last)
			if got := applied(t, pool); !slices.Equal(got, []int64{1, 2, 5, 6, 3, 4, 7, 8}) {
				t.Errorf("applied %v, want the parked events in their order", got)
			}
		})
	}
}

func retryParked(t *testing.T, projector *projection.Projector, stream uuid.UUID, healed *atomic.Bool) {
	t.Helper()
	parked, err := park.List(t.Context(), projector.Set())
	if err != nil || len(parked) != 1 || parked[0].StreamID != stream || parked[0].Position != 3 || parked[0].Error == "" {
		t.Fatalf("parked: %+v, %v", parked, err)
	}
	if err := park.Retry(t.Context(), projector.Set(), parked[0]); err == nil {
		t.Error("retried with success before it was healed")
	}
	healed.Store(true)
	if err := park.Retry(t.Context(), projector.Set(), parked[0]); err != nil {
		t.Fatal(err)
	}
	if err := park.Retry(t.Context(), projector.Set(), parked[0]); err == nil || !strings.Contains(err.Error(), "not parked any more") {
		t.Errorf("retried twice: %v", err)
	}
}

// If an event can't be applied because of a fault of the database, the projection tries again. It
// does not park the stream, because the stream's events would then be skipped.
func TestDatabaseFaultParksNothing(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	var tries atomic.Int64
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		tries.Add(1)
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position) // the table does not exist yet
		return nil
	}))
	position := rig.Handle(t, h, uuid.New(), build("north"))
	await.Background(t, projector.Run)
	await.True(t, "it is tried again", func() bool { return tries.Load() > 2 })
	if parked, err := park.List(context.Background(), projector.Set()); err != nil || len(parked) != 0 {
		t.Errorf("parked: %+v, %v", parked, err)
	}
	counting(t, pool)
	rig.WaitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}
