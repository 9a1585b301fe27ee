package projection_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
)

// poisonedBy returns a function that fails for a Poured event of the given amount, and calls apply
// for all other events.
func poisonedBy(amount *atomic.Int64, apply each) each {
	return func(b *pgx.Batch, e event.Recorded) error {
		if poured, ok := e.Event.(tank.Poured); ok && poured.Amount == amount.Load() {
			return errors.New("poison")
		}
		return apply(b, e)
	}
}

// A stream is parked, because one of its events could not be applied. Two operators retry the
// stream. After the first retry, the stream is parked again at a later event. The second retry must
// fail, because it would apply events again that the first retry has applied.
func TestRetryOfAStreamThatWasParkedAgain(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	apply := counting(t, pool)
	var poison atomic.Int64
	poison.Store(13)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(poisonedBy(&poison, apply)))
	await.Background(t, projector.Run)
	id := uuid.New()
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, id, build("north"), pour(13)))
	seenEarly := rig.Parked(t, projector)
	poison.Store(14)
	if err := park.Retry(t.Context(), projector.Set(), seenEarly); err != nil {
		t.Fatal(err)
	}
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, id, pour(14)))
	again := rig.Parked(t, projector)
	poison.Store(0)
	if err := park.Retry(t.Context(), projector.Set(), seenEarly); err == nil {
		t.Error("retried what was parked before, though the stream has gone on since")
	}
	if err := park.Retry(t.Context(), projector.Set(), again); err != nil {
		t.Error(err)
	}
	checkApplied(t, pool, 3)
}

// A process freezes while it applies the missed events of a parked stream (a retry). The process
// blocks the projection only for a limited time.
func TestFrozenRetry(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := tanks(t, pool)
	apply := counting(t, pool)
	var poison atomic.Int64
	poison.Store(13)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(poisonedBy(&poison, apply)))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, uuid.New(), build("north"), pour(13)))

	frozen, frost, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	thaw := sync.OnceFunc(func() { close(frost) })
	other := newProjector(rig.Connect(t, url), projection.Config{})
	other.Add("applied", projection.Each(func(*pgx.Batch, event.Recorded) error {
		close(frozen)
		<-frost
		return nil
	}))
	t.Cleanup(thaw)
	parked := rig.Parked(t, other)
	go func() { ended <- park.Retry(t.Context(), other.Set(), parked) }()
	await.Signal(t, "the retry is on its way", frozen)
	started := time.Now()
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, uuid.New(), build("south")))
	if took := time.Since(started); took > lock.StallAfter+5*time.Second {
		t.Errorf("the projection stood still for %s", took)
	}
	thaw()
	if err := await.Signal(t, "the retry is over", ended); err == nil {
		t.Error("a retry that had lost its transaction says that it went well")
	}
	if got := applied(t, pool); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("applied %v", got)
	}
}
