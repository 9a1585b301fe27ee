package projection_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
)

// A parked stream has missed many events, because one of its events could not be applied. A retry
// applies the missed events. Meanwhile the projection continues with other streams. No event is
// applied twice.
func TestRetryOfALongStreamLetsOthersIn(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	last := fill(t, pool, 1, 10_000)
	apply := counting(t, pool)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		if e.Version == 2 {
			return errors.New("poison")
		}
		return apply(b, e)
	}))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", last)
	parked := rig.Parked(t, projector)

	var appended int64
	retrying := newProjector(pool, projection.Config{})
	retrying.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		switch {
		case e.Version == 2_500 && appended == 0:
			appended = rig.Handle(t, h, uuid.New(), build("south"))
		case e.Version == last:
			if at := rig.One[int64](t, pool, `SELECT position FROM checkpoints WHERE projection = 'applied'`); at < appended {
				t.Errorf("the projection is at %d, and was to get to %d meanwhile", at, appended)
			}
			if version := rig.One[int64](t, pool, `SELECT version FROM parked_streams`); version <= parked.Version {
				t.Errorf("nothing of the retry is done before all of it is: it is at version %d", version)
			}
		}
		return apply(b, e)
	}))
	if err := park.Retry(t.Context(), retrying.Set(), parked); err != nil {
		t.Fatal(err)
	}
	rig.WaitFor(t, pool, "applied", appended)
	checkApplied(t, pool, appended)
	if found, err := projector.Set().Reconciler().Reconcile(t.Context()); err != nil || len(found) != 1 || len(found[0].Differences) > 0 {
		t.Errorf("comparing finds %+v, %v", found, err)
	}
}

// A retry applies the missed events of a parked stream. If these events are large, the retry reads
// them in several parts, because each read has a limit of bytes. The retry applies the events of
// all parts.
func TestRetryOfLargeEvents(t *testing.T) {
	t.Parallel()
	const count = 60 // events of 384 KiB, which need three reads
	pool := rig.Connect(t, testdb.New(t))
	const fill = `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		SELECT n, 'tank', '00000000-0000-0000-0000-000000000001', n, gen_random_uuid(), 'tank.poured', 1, jsonb_build_object('amount', 1, 'note', repeat('x', 393216)), '{}', now(), now()
		FROM generate_series(1, $1) n`
	if _, err := pool.Exec(t.Context(), fill, count); err != nil {
		t.Fatal(err)
	}
	apply := counting(t, pool)
	var mended atomic.Bool
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		if e.Version == 2 && !mended.Load() {
			return errors.New("poison")
		}
		return apply(b, e)
	}))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", count)
	mended.Store(true)
	if err := park.Retry(t.Context(), projector.Set(), rig.Parked(t, projector)); err != nil {
		t.Fatal(err)
	}
	checkApplied(t, pool, count)
}

// A stream is parked, because one of its events could not be applied. A retry of the stream fails
// at a later event. The events before that later event stay applied. The stream is then parked at
// the later event, and the reason is recorded.
func TestRetryStopsWhereItFails(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	last := fill(t, pool, 1, 2_000)
	apply := counting(t, pool)
	var poisoned atomic.Int64
	poisoned.Store(2)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(b *pgx.Batch, e event.Recorded) error {
		if e.Version == poisoned.Load() {
			return errors.New("poison")
		}
		return apply(b, e)
	}))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", last)
	poisoned.Store(1_234)
	if err := park.Retry(t.Context(), projector.Set(), rig.Parked(t, projector)); err == nil || !strings.Contains(err.Error(), "poison") {
		t.Errorf("got %v", err)
	}
	again := rig.Parked(t, projector)
	if again.Version != 1_234 || again.Position != 1_234 || !strings.Contains(again.Error, "event 1234") {
		t.Errorf("parked: %+v", again)
	}
	checkApplied(t, pool, 1_233)
	poisoned.Store(0)
	if err := park.Retry(t.Context(), projector.Set(), again); err != nil {
		t.Fatal(err)
	}
	checkApplied(t, pool, last)
}
