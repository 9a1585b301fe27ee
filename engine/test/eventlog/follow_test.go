package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// followed records the positions of the events that a store has passed to the callback of the
// method Follow.
type followed struct {
	mu        sync.Mutex
	positions []int64
}

func follow(t *testing.T, store *eventlog.Store) *followed {
	t.Helper()
	f := &followed{}
	await.Background(t, func(ctx context.Context) error {
		return store.Follow(ctx, func(e event.Recorded) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if _, ok := e.Event.(tank.Poured); ok {
				f.positions = append(f.positions, e.Position)
			}
		})
	})
	return f
}

func (f *followed) seen() []int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.positions)
}

// With the result of its own append, a process also receives the events that other processes have
// appended since the process's previous append. If these are many events, the process receives only
// the latest of them.
func TestFollow(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	mine, others := newStore(t, url), newStore(t, url)
	mustAppend(t, others, stream(uuid.New(), event.NoStream, 1)) // before the store follows the log
	f := follow(t, mine)
	mustAppend(t, mine, stream(uuid.New(), event.NoStream, 1)) // position 2
	mustAppend(t, mine, stream(uuid.New(), event.NoStream, 1))
	mustAppend(t, others, stream(uuid.New(), event.NoStream, 1, 1, 1))
	mustAppend(t, others, stream(uuid.New(), event.NoStream, 1))
	mustAppend(t, mine, stream(uuid.New(), event.NoStream, 1)) // position 8
	await.True(t, "it hears of positions 4 to 7", func() bool { return slices.Equal(f.seen(), []int64{4, 5, 6, 7}) })
	for range 6 {
		mustAppend(t, others, stream(uuid.New(), event.NoStream, make([]int64, 100)...))
	}
	mustAppend(t, mine, stream(uuid.New(), event.NoStream, 1)) // position 609
	await.True(t, "it hears of the last 500", func() bool { return len(f.seen()) == 504 })
	if got := f.seen(); got[4] != 109 || got[503] != 608 {
		t.Errorf("heard of %d to %d, want 109 to 608", got[4], got[503])
	}
}

// When several streams are loaded at the same time, the store reads them with one query. Each
// caller still gets exactly its own stream, from the requested version on, even if the stream is
// long.
func TestLoadsAtTheSameTime(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	ids := make([]uuid.UUID, 40)
	for i := range ids {
		ids[i] = uuid.New()
		if i > 0 {
			mustAppend(t, store, stream(ids[i], event.NoStream, make([]int64, i)...))
		}
	}
	var loads sync.WaitGroup
	for length, id := range ids {
		for _, after := range []int64{0, 0, 3, 16, 100} {
			loads.Go(func() {
				next := after
				err := store.Load(t.Context(), tank.Stream, id, after, func(e event.Recorded) error {
					if next++; e.Version != next || e.StreamID != id || e.Event == nil {
						return fmt.Errorf("got %+v, want version %d of %s", e, next, id)
					}
					return nil
				})
				if want := max(int64(length), after); err != nil || next != want {
					t.Errorf("stream of %d after %d: got to %d, %v", length, after, next, err)
				}
			})
		}
	}
	loads.Wait()
	stop := errors.New("enough")
	if err := store.Load(t.Context(), tank.Stream, ids[39], 0, func(event.Recorded) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("stopped: got %v", err)
	}
	if err := store.Load(t.Context(), "other", ids[39], 0, func(event.Recorded) error { return nil }); err == nil {
		t.Error("loaded a stream of another type")
	}
}
