package projector_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

// poisonedBy is apply, which fails for deposits of the amount that it holds.
func poisonedBy(amount *atomic.Int64, apply each) each {
	return func(b *pgx.Batch, e events.Recorded) error {
		if deposit, ok := e.Event.(events.MoneyDeposited); ok && deposit.Amount == amount.Load() {
			return errors.New("poison")
		}
		return apply(b, e)
	}
}

// onlyParked is the one stream that is parked.
func onlyParked(t *testing.T, projector *read.Projector) read.Parked {
	t.Helper()
	parked, err := projector.Parked(t.Context())
	if err != nil || len(parked) != 1 {
		t.Fatalf("parked: %+v, %v", parked, err)
	}
	return parked[0]
}

// Two operators retry at the same time, and the stream stops again further on: the
// slower one must not apply what the faster one has.
func TestRetryOfAStreamThatWasParkedAgain(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	h := accounts(t, pool)
	apply := counting(t, pool)
	var poison atomic.Int64
	poison.Store(13)
	projector := newProjector(pool, read.Config{})
	projector.Add("applied", read.Each(poisonedBy(&poison, apply)))
	await.Background(t, projector.Run)
	id := uuid.New()
	waitFor(t, pool, "applied", handle(t, h, id, open("Ada"), account.Deposit{Amount: 13}))
	seenEarly := onlyParked(t, projector)
	poison.Store(14)
	if err := projector.Retry(t.Context(), seenEarly); err != nil {
		t.Fatal(err)
	}
	waitFor(t, pool, "applied", handle(t, h, id, account.Deposit{Amount: 14}))
	again := onlyParked(t, projector)
	poison.Store(0)
	if err := projector.Retry(t.Context(), seenEarly); err == nil {
		t.Error("retried what was parked before, though the stream has gone on since")
	}
	if err := projector.Retry(t.Context(), again); err != nil {
		t.Error(err)
	}
	checkApplied(t, pool, 3)
}

// A retry whose process freezes holds the checkpoint, but not for ever.
func TestFrozenRetry(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	h := accounts(t, pool)
	apply := counting(t, pool)
	var poison atomic.Int64
	poison.Store(13)
	projector := newProjector(pool, read.Config{})
	projector.Add("applied", read.Each(poisonedBy(&poison, apply)))
	await.Background(t, projector.Run)
	waitFor(t, pool, "applied", handle(t, h, uuid.New(), open("Ada"), account.Deposit{Amount: 13}))

	frozen, frost, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	thaw := sync.OnceFunc(func() { close(frost) })
	other := newProjector(connect(t, url), read.Config{})
	other.Add("applied", read.Each(func(*pgx.Batch, events.Recorded) error {
		close(frozen)
		<-frost
		return nil
	}))
	t.Cleanup(thaw)
	parked := onlyParked(t, other)
	go func() { ended <- other.Retry(t.Context(), parked) }()
	await.Signal(t, "the retry is on its way", frozen)
	started := time.Now()
	waitFor(t, pool, "applied", handle(t, h, uuid.New(), open("Bob")))
	if took := time.Since(started); took > database.StallAfter+5*time.Second {
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
