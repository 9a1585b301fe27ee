package projection_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// reconciled compares the applied events of a projector's only projection with the log.
func reconciled(t *testing.T, projector *projection.Projector) reconcile.Reconciled {
	t.Helper()
	found, err := projector.Set().Reconciler().Reconcile(t.Context())
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	return found[0]
}

// checkSound expects that all positions except the given spans were compared with the log, and that
// no difference was found.
func checkSound(t *testing.T, a reconcile.Reconciled, position int64, notReconciled ...reconcile.Span) {
	t.Helper()
	if len(a.Differences) != 0 || a.Position != position || a.ReconciledTo != position || len(a.NotReconciled) != len(notReconciled) {
		t.Fatalf("%+v, want no difference up to %d, and not reconciled: %+v", a, position, notReconciled)
	}
	for i, span := range notReconciled {
		if a.NotReconciled[i] != span {
			t.Errorf("not reconciled: %+v, want %+v", a.NotReconciled, notReconciled)
		}
	}
}

// lossy is a log that gives the projector a wrong first batch, for example with a missing event.
// lossy renumbers the positions, so that the projector does not notice a gap.
type lossy struct {
	*eventlog.Store
	distort func(first []event.Recorded) []event.Recorded
}

func (l lossy) AfterOn(ctx context.Context, on eventlog.Querier, position int64, limit int) ([]event.Recorded, error) {
	batch, err := l.Store.AfterOn(ctx, on, position, limit)
	if err != nil || position > 0 {
		return batch, err
	}
	batch = l.distort(batch)
	for i := range batch {
		batch[i].Position = int64(i) + 1
	}
	return batch, nil
}

// Reconciliation compares the events that a projection has received with the events of the log.
// Reconciliation finds an event that was skipped, received twice, or replaced by another event. The
// alarm stays until an operator accepts the difference.
func TestReconcileFindsWhatWasNotAppliedOnce(t *testing.T) {
	t.Parallel()
	for name, distort := range map[string]func(b []event.Recorded) []event.Recorded{
		"one is skipped":                 func(b []event.Recorded) []event.Recorded { return slices.Delete(b, 3, 4) },
		"the first is skipped":           func(b []event.Recorded) []event.Recorded { return b[1:] },
		"one comes twice":                func(b []event.Recorded) []event.Recorded { return slices.Insert(b, 3, b[3]) },
		"one comes twice, one is missed": func(b []event.Recorded) []event.Recorded { b[3] = b[4]; return b },
		"one comes thrice":               func(b []event.Recorded) []event.Recorded { return slices.Insert(b, 3, b[3], b[3]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, testdb.New(t))
			position := fill(t, pool, 4, 3)
			log := lossy{eventlog.New(pool, eventlog.Config{Decode: tank.Decode}), distort}
			projector := rig.Projector(pool, log, projection.Config{Decode: tank.Decode})
			projector.Add("applied", projection.Each(counting(t, pool)))
			await.Background(t, projector.Run)
			await.True(t, "the end of the log", func() bool { // the checkpoint may be beyond the end of the log, which stops the projection
				return rig.One[bool](t, pool, `SELECT coalesce(max(position), 0) >= $1 FROM checkpoints WHERE projection = 'applied'`, position)
			})
			for range 2 {
				if a := reconciled(t, projector); len(a.Differences) != 1 || a.Differences[0].First != 1 {
					t.Fatalf("%+v, want a difference", a)
				}
			}
			if _, err := projector.Set().Reconciler().Accept(t.Context(), "applied", "Ada", "known"); err != nil {
				t.Fatal(err)
			}
			if a := reconciled(t, projector); len(a.Differences) != 0 {
				t.Errorf("%+v, want it to be settled", a)
			}
			if _, err := projector.Set().Reconciler().Accept(t.Context(), "applied", "Ada", "known"); !errors.Is(err, reconcile.ErrNoDifference) {
				t.Errorf("accepted twice: %v", err)
			}
		})
	}
}

// Reconciliation compares each applied event with the log once. Some streams were parked, discarded
// or retried. Reconciliation reports no difference for these streams.
func TestReconcileKnowsParkedStreams(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	var poison atomic.Int64
	poison.Store(13)
	projector := newProjector(pool, projection.Config{MaxBatch: 4})
	projector.Add("applied", projection.Each(poisonedBy(&poison, counting(t, pool))))
	await.Background(t, projector.Run)
	bad, given := uuid.New(), uuid.New()
	rig.Handle(t, h, uuid.New(), build("north"), pour(1))
	rig.Handle(t, h, bad, build("south"), pour(13), pour(2))
	last := rig.Handle(t, h, given, build("east"), pour(13), pour(3))
	rig.WaitFor(t, pool, "applied", last)
	a := reconciled(t, projector)
	checkSound(t, a, last)
	if a.Compared != last {
		t.Errorf("compared %d positions, want %d", a.Compared, last)
	}
	if a := reconciled(t, projector); a.Compared != 0 {
		t.Errorf("compared %d positions a second time", a.Compared)
	}
	last = rig.Handle(t, h, bad, pour(4), pour(5)) // these events follow the parked event, and get a separate row in applied_ranges
	rig.WaitFor(t, pool, "applied", last)
	checkSound(t, reconciled(t, projector), last)
	if err := park.Discard(t.Context(), projector.Set(), "applied", given, "Ada", "lost"); err != nil {
		t.Fatal(err)
	}
	checkSound(t, reconciled(t, projector), last)

	poison.Store(0)
	parked, err := park.List(t.Context(), projector.Set())
	if err != nil || len(parked) != 2 {
		t.Fatal(parked, err)
	}
	for _, stream := range parked {
		if err := park.Retry(t.Context(), projector.Set(), stream); err != nil {
			t.Fatal(err)
		}
	}
	last = rig.Handle(t, h, bad, pour(6))
	rig.WaitFor(t, pool, "applied", last)
	a = reconciled(t, projector)
	checkSound(t, a, last)
	if a.Compared != last {
		t.Errorf("compared %d positions, want all %d: the retried streams were in each range", a.Compared, last)
	}
	checkApplied(t, pool, last)
}

// A projection does not apply the events of a parked stream. Somebody deletes the row that records
// a parked stream. Then the comparison with the log finds a difference, because the events of the
// parked stream are missing.
func TestReconcileFindsWhatParkingHasLost(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	var poison atomic.Int64
	poison.Store(13)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(poisonedBy(&poison, counting(t, pool))))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, uuid.New(), build("south"), pour(13), pour(2)))
	rig.Do(t, pool, `DELETE FROM parked_streams`) // as after a retry that applies nothing
	if a := reconciled(t, projector); len(a.Differences) != 1 || a.Differences[0].Missing != 2 {
		t.Errorf("%+v, want two events missing", a)
	}
}

// Somebody moves a checkpoint forward by hand. The projection has no record of the skipped
// positions, so they can't be compared with the log. The report lists these positions as not
// reconciled, and not as a difference.
func TestReconcileOfWhatNobodyNoted(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	apply := counting(t, pool)
	rig.Do(t, pool, `INSERT INTO checkpoints (projection) VALUES ('applied')`)
	byHand := func(position int64) {
		t.Helper()
		rig.Do(t, pool, `WITH c AS (UPDATE checkpoints SET position = $1 WHERE projection = 'applied')
			INSERT INTO applied SELECT position FROM events WHERE position <= $1 EXCEPT SELECT position FROM applied`, position)
	}
	byHand(rig.Handle(t, h, uuid.New(), build("north"), pour(1)))
	now := newProjector(pool, projection.Config{})
	now.Add("applied", projection.Each(apply))
	project := func(position int64) {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- now.Run(ctx) }()
		rig.WaitFor(t, pool, "applied", position)
		stop()
		if err := await.Signal(t, "the projector ends", ended); err != nil {
			t.Fatal(err)
		}
	}
	project(rig.Handle(t, h, uuid.New(), build("south"), pour(1)))
	byHand(rig.Handle(t, h, uuid.New(), build("east"), pour(1)))
	project(rig.Handle(t, h, uuid.New(), build("west"), pour(1)))
	checkSound(t, reconciled(t, now), 8, reconcile.Span{First: 1, Last: 2}, reconcile.Span{First: 5, Last: 6})
}
