package boundary_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// rounds is the number of rounds in a race. Within this number of rounds, each wrong way to check a
// condition is found.
const rounds = 300

// claim is one attempt to claim a tag. Only one attempt for each tag may succeed. The function
// returns true if its attempt has succeeded.
type claim func(ctx context.Context, tag string) (won bool, err error)

// Several racers claim the same tag under an append condition. In each round, exactly one racer
// succeeds.
func TestOneOfSeveralRacersSucceeds(t *testing.T) {
	t.Parallel()
	for _, racers := range []int{8, 16} {
		t.Run(fmt.Sprint(racers, " racers"), func(t *testing.T) {
			t.Parallel()
			wrong := race(t, racers, func(store *eventlog.Store, _ *pgxpool.Pool) claim {
				return func(ctx context.Context, tag string) (bool, error) { return claimUnder(ctx, store, tag) }
			})
			if wrong > 0 {
				t.Errorf("in %d of %d rounds not exactly one racer succeeded", wrong, rounds)
			}
		})
	}
}

// In this test, the racers check in a wrong way whether somebody has claimed the tag. The test
// covers two wrong ways. The function race must report wrong rounds. If race did not report them,
// its result in the previous test would prove nothing.
func TestTheRaceFindsWrongConditions(t *testing.T) {
	t.Parallel()
	for name, wrongly := range map[string]func(*eventlog.Store, *pgxpool.Pool) claim{
		"a check and an append in two snapshots": func(store *eventlog.Store, _ *pgxpool.Pool) claim {
			return func(ctx context.Context, tag string) (bool, error) { return claimUnchecked(ctx, store, tag) }
		},
		"a lock that the insert takes itself": func(_ *eventlog.Store, pool *pgxpool.Pool) claim {
			return func(ctx context.Context, tag string) (bool, error) { return insertUnderLateLock(ctx, pool, tag) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := race(t, 8, wrongly)
			t.Logf("wrong in %d of %d rounds", wrong, rounds)
			if wrong == 0 {
				t.Errorf("in each of %d rounds exactly one racer succeeded", rounds)
			}
		})
	}
}

// race runs several rounds. In each round, all racers claim one new tag at the same time. A round
// is wrong if no racer or more than one racer succeeds; race returns the number of wrong rounds.
// The racers use four stores with separate connections, as four processes do.
func race(t *testing.T, racers int, racing func(*eventlog.Store, *pgxpool.Pool) claim) (wrong int) {
	t.Helper()
	url := testdb.New(t)
	rig.Do(t, rig.Connect(t, url), `CREATE TABLE claims (tag text NOT NULL)`)
	claims := make([]claim, 4)
	for i := range claims {
		pool := rig.Connect(t, url)
		claims[i] = racing(rig.Store(t, pool, storetest.DecodeTagged), pool)
	}
	for round := range rounds {
		tag := fmt.Sprint("round:", round)
		var won atomic.Int64
		var all sync.WaitGroup
		start := make(chan struct{})
		for n := range racers {
			all.Go(func() {
				<-start
				ok, err := claims[n%len(claims)](t.Context(), tag)
				if err != nil {
					t.Error(err)
				}
				if ok {
					won.Add(1)
				}
			})
		}
		close(start)
		all.Wait()
		if won.Load() != 1 {
			wrong++
		}
	}
	return wrong
}

// claimUnder appends under the condition that nobody has claimed the tag.
func claimUnder(ctx context.Context, store *eventlog.Store, tag string) (bool, error) {
	claimed, condition, err := look(ctx, store, tag)
	if err != nil || claimed {
		return false, err
	}
	return tryAppend(ctx, store, tag, &condition)
}

// claimUnchecked looks whether somebody has claimed the tag, and then appends without a condition.
func claimUnchecked(ctx context.Context, store *eventlog.Store, tag string) (bool, error) {
	claimed, _, err := look(ctx, store, tag)
	if err != nil || claimed {
		return false, err
	}
	return tryAppend(ctx, store, tag, nil)
}

// insertUnderLateLock takes a lock within the statement that checks and inserts. The statement's
// database snapshot is older than the lock. So the statement does not see rows that were inserted
// while it waited for the lock.
func insertUnderLateLock(ctx context.Context, pool *pgxpool.Pool, tag string) (bool, error) {
	const sql = `
		WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(1))
		INSERT INTO claims (tag) SELECT $1 FROM locked WHERE NOT EXISTS (SELECT FROM claims c WHERE c.tag = $1)`
	done, err := pool.Exec(ctx, sql, tag)
	return done.RowsAffected() == 1, err
}

func look(ctx context.Context, store *eventlog.Store, tag string) (claimed bool, condition event.Condition, err error) {
	condition, err = store.Matching(ctx, []event.Item{{Tags: []string{tag}}}, 0, func(event.Recorded) error {
		claimed = true
		return nil
	})
	return claimed, condition, err
}

// tryAppend appends a claim to a new stream, and reports whether the condition allowed the append.
func tryAppend(ctx context.Context, store *eventlog.Store, tag string, condition *event.Condition) (bool, error) {
	_, err := store.Append(ctx, event.Append{Condition: condition, Streams: []event.StreamAppend{{
		Type: "claim", ID: uuid.New(), Expected: event.NoStream, Events: []event.Event{storetest.Labelled{Kind: "claim", Labels: []string{tag}}},
	}}})
	if errors.Is(err, event.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}
