package eventlog_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// The caller of an append gives up while the append waits in the queue. The store never sends this
// append, because the caller gets an error that says that nothing was done. If the caller gives up
// after the append was sent, the append may still be stored.
func TestAppendThatIsGivenUpInTheQueueIsNeverSent(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, queued := newWatchedStore(t, url)
	owner := connect(t, url)
	open := holdGate(t, owner, `true`)
	first := appendSoon(t, store, stream(uuid.New(), 0, 1))
	await.True(t, "the first is in the air", func() bool { return waitingForLock(t, owner) == 1 && queued() == 0 })
	hurried, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() {
		_, err := store.Append(hurried, stream(uuid.New(), 0, 1))
		second <- err
	}()
	await.True(t, "the second waits", func() bool { return queued() == 1 })
	cancel()
	if err := await.Signal(t, "the second", second); !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	third := appendSoon(t, store, stream(uuid.New(), 0, 1))
	open()
	for _, done := range []<-chan result{first, third} {
		if r := <-done; r.err != nil {
			t.Error(r.err)
		}
	}
	if left := positions(t, store); len(left) != 2 {
		t.Errorf("the log has %d events, want those of the first and the third", len(left))
	}
}

// While the database accepts no writes, it rejects every append. The store repeats an append only
// until its time limit. Then the store returns an error with the reason why the database rejects
// appends. The error does not say that the outcome is unknown.
func TestRefusalThatLastsIsSaidInTime(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	alter(t, connect(t, url), `default_transaction_read_only = on`)
	store := runStore(t, connect(t, url), eventlog.Config{FlightFor: time.Minute, SettleFor: 500 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	_, err := store.Append(ctx, stream(uuid.New(), 0, 1))
	if !errors.Is(err, event.ErrUnavailable) || !hasState(err, "25006") {
		t.Errorf("got %v, want ErrUnavailable with SQLSTATE 25006", err)
	}
}

// An append waits for a lock. The server's limit for this wait is shorter than the time limit of
// the process. When the server ends the wait, the process knows that nothing was appended, and can
// tell its client.
func TestHeldLockIsNoUnknownOutcome(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	foreign := connect(t, url)
	alter(t, foreign, `lock_timeout = '300ms'`)
	holding, err := foreign.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holding.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := holding.Exec(t.Context(), `LOCK TABLE append_lock IN EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	store := runStore(t, connect(t, testdb.ServiceURL(t, url)), eventlog.Config{FlightFor: time.Minute, SettleFor: 500 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if _, err := store.Append(ctx, stream(uuid.New(), 0, 1)); !errors.Is(err, event.ErrUnavailable) || !hasState(err, "55P03") {
		t.Errorf("got %v, want ErrUnavailable with SQLSTATE 55P03", err)
	}
}

func hasState(err error, state string) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Code == state
}
