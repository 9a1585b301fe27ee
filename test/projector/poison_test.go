package projector_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/rig"
	"example.com/pgcqrs/test/testdb"
)

// One poison event among 100,000 parks its stream, and holds up the others for less
// than a second.
func TestPoisonHoldsUpTheOthersForLessThanASecond(t *testing.T) {
	t.Parallel()
	const poison, batch, streams, each = 50_000, 500, 1000, 100
	pool := rig.Connect(t, testdb.New(t))
	head := fill(t, pool, streams, each)
	var met, passed atomic.Int64
	projector := newProjector(pool, read.Config{MaxBatch: batch})
	projector.Add("applied", read.Each(func(_ *pgx.Batch, e events.Recorded) error {
		switch now := time.Now().UnixNano(); {
		case e.Position == poison:
			met.CompareAndSwap(0, now)
			return errors.New("poison")
		case e.Position > poison+batch: // no batch has both
			passed.CompareAndSwap(0, now)
		}
		return nil
	}))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", head)
	delay := time.Duration(passed.Load() - met.Load())
	t.Logf("the others waited %v", delay)
	if delay <= 0 || delay >= time.Second {
		t.Errorf("the others waited %v, want less than 1 s", delay)
	}
	if got := rig.One[int64](t, pool, `SELECT sum(position) FROM parked_streams`); got != poison {
		t.Errorf("parked at %d, want one stream, at %d", got, poison)
	}
}
