package eventlog_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// If a value exceeds a limit of PostgreSQL, the append fails without being repeated. The other
// appends of the same batch succeed.
func TestAppendOverALimitOfTheDatabase(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, queued := newWatchedStore(t, url)
	watch := connect(t, url)
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	first := appendSoon(t, store, stream(uuid.New(), event.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	var long strings.Builder
	for range 1000 {
		long.WriteString(rand.Text())
	}
	bad := appendSoon(t, store, once(uuid.New(), event.NoStream, long.String(), time.Hour, 1)) // too large for the key's index
	good := appendSoon(t, store, stream(uuid.New(), event.NoStream, 2))
	await.True(t, "the two others queue", func() bool { return queued() == 2 })
	openGate()
	for _, done := range []<-chan result{first, good} {
		if r := <-done; r.err != nil {
			t.Error(r.err)
		}
	}
	if r := <-bad; r.err == nil || errors.Is(r.err, event.ErrUnknownOutcome) || errors.Is(r.err, event.ErrUnavailable) {
		t.Errorf("got %v, want a refusal", r.err)
	}
}

// The server becomes read-only, as it may after a failover. The server then rejects an append, so
// nothing was stored. The store does not treat this error as an unknown outcome.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	store := runStore(t, connect(t, testdb.New(t)+"&default_transaction_read_only=on"), eventlog.Config{SettleFor: 100 * time.Millisecond})
	if _, err := store.Append(t.Context(), stream(uuid.New(), 0, 1)); !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
