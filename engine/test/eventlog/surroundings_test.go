package eventlog_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// If the database's clock is set back a little, the recorded times of new events do not go back. If
// the clock was ahead by mistake and is corrected, the recorded times become correct again.
func TestTimeOfRecordingAfterTheClockWasAhead(t *testing.T) {
	t.Parallel()
	for ahead, falls := range map[string]bool{"50 seconds": false, "70 seconds": true, "1 year": true} {
		url := testdb.New(t)
		store := newStore(t, url)
		early := `
			INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
			VALUES (1, 'tank', gen_random_uuid(), 1, gen_random_uuid(), 'tank.poured', 1, '{"amount": 1}', '{}', now(), now() + interval '` + ahead + `')`
		if _, err := connect(t, url).Exec(t.Context(), early); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
		tail, err := store.After(t.Context(), 0, 10)
		if err != nil || len(tail) != 2 {
			t.Fatal(len(tail), err)
		}
		if fell := tail[1].RecordedAt.Before(tail[0].RecordedAt); fell != falls {
			t.Errorf("%s ahead: recorded at %v and then at %v", ahead, tail[0].RecordedAt, tail[1].RecordedAt)
		}
		if off := time.Until(tail[1].RecordedAt); off > time.Minute {
			t.Errorf("%s ahead: recorded %s ahead of the clock", ahead, off)
		}
	}
}

// The statements of an append must see rows that were committed during the transaction, so they
// need the isolation level READ COMMITTED. The append works even if the database has another
// default.
func TestDefaultIsolationOfTheDatabase(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	const strict = `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''', current_database()); END $$`
	if _, err := connect(t, url).Exec(t.Context(), strict); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 2 {
		store := runStore(t, connect(t, url), eventlog.Config{MaxBatch: 1})
		for range 4 {
			all.Go(func() {
				for range 40 {
					if _, err := store.Append(t.Context(), stream(uuid.New(), event.NoStream, 1)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	all.Wait()
}

// Many concurrent loads use all connections that loads may use. At least one connection stays free
// for appends.
func TestLoadsDoNotStopAppends(t *testing.T) {
	t.Parallel()
	pool, err := pg.Open(t.Context(), testdb.New(t), t.Name(), 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := runStore(t, pool, eventlog.Config{})
	id := uuid.New()
	mustAppend(t, store, stream(id, event.NoStream, make([]int64, 20)...)) // more events than one shared query reads of a stream
	loading, goOn := make(chan struct{}, 100), make(chan struct{})
	var loads sync.WaitGroup
	for range 10 {
		loads.Go(func() {
			err := store.Load(t.Context(), tank.Stream, id, 0, func(e event.Recorded) error {
				if e.Version == 20 {
					loading <- struct{}{}
					<-goOn
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	await.True(t, "as many load as may", func() bool { return len(loading) == 2 })
	ctx, cancel := context.WithTimeout(t.Context(), await.Within) // the loads wait until this context ends
	defer cancel()
	if _, err := store.Append(ctx, stream(id, 20, 1)); err != nil {
		t.Error(err)
	}
	close(goOn)
	loads.Wait()
}
