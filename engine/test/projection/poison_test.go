package projection_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
)

// One of 100,000 events can't be applied (a poison event). The projection parks the stream of this
// event, and delays other streams by less than a second. To find the poison event, the projection
// halves the batch nine times. On a busy machine a second may be too short. Then the limit is a
// multiple of the time for one batch.
func TestPoisonHoldsUpTheOthersForLessThanASecond(t *testing.T) {
	t.Parallel()
	const poison, batch, streams, each = 50_000, 500, 1000, 100
	pool := rig.Connect(t, testdb.New(t))
	head := fill(t, pool, streams, each)
	var began, met, passed atomic.Int64
	projector := newProjector(pool, projection.Config{MaxBatch: batch})
	projector.Add("applied", projection.Each(func(_ *pgx.Batch, e event.Recorded) error {
		switch now := time.Now().UnixNano(); {
		case e.Position == 1:
			began.CompareAndSwap(0, now)
		case e.Position == poison:
			met.CompareAndSwap(0, now)
			return errors.New("poison")
		case e.Position > poison+batch: // no batch contains this event and the poison event
			passed.CompareAndSwap(0, now)
		}
		return nil
	}))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", head)
	delay, pace := time.Duration(passed.Load()-met.Load()), time.Duration(met.Load()-began.Load())/(poison/batch)
	t.Logf("the others waited %v, and a batch took %v", delay, pace)
	if delay <= 0 || delay >= max(time.Second, 20*pace) {
		t.Errorf("the others waited %v, want less than 1 s where a batch takes %v", delay, pace)
	}
	if got := rig.One[int64](t, pool, `SELECT sum(position) FROM parked_streams`); got != poison {
		t.Errorf("parked at %d, want one stream, at %d", got, poison)
	}
}
