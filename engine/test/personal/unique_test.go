package personal_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal/rotation"
	"example.com/pgcqrs/engine/pg/role"
)

// listed returns an event that gives a guest an address that is unique in the hotel.
func listed(id uuid.UUID, hotel, email string) guest.Listed {
	return guest.Listed{Of: id, Hotel: hotel, Email: event.Private(email)}
}

// list gives a guest an address that is unique in the hotel. The guest's stream must be at the
// expected version.
func (w *world) list(id uuid.UUID, expected int64, hotel, email string) error {
	return w.append(id, expected, listed(id, hotel, email))
}

// takes expects that the error err says that another guest has the address.
func takes(t *testing.T, what string, err error) {
	t.Helper()
	rejection, ok := errors.AsType[*event.Rejection](err)
	if !errors.Is(err, event.ErrTaken) || !ok || rejection.Code != "email_taken" {
		t.Errorf("%s: got %v", what, err)
	}
}

// must expects that there is no error.
func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// process returns a Store with its own connections and its own cache of keys, like the Store of
// another process.
func (w *world) process() *eventlog.Store {
	w.t.Helper()
	other := *w
	other.pool = connect(w.t, testdb.As(w.t, w.url, role.API))
	store := eventlog.New(other.pool, eventlog.Config{Decode: guest.Decode, Encrypt: other.newKeys().Encrypt})
	await.Background(w.t, store.Run)
	return store
}

// race lets several guests claim one address at the same time, by the given stores, and returns how
// many guests got the address. The test fails if an append returns an error other than
// event.ErrTaken.
func race(t *testing.T, stores []*eventlog.Store, racers int, email string) int64 {
	t.Helper()
	var won atomic.Int64
	var racing sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		racing.Go(func() {
			<-start
			id := uuid.New()
			_, err := stores[i%len(stores)].Append(t.Context(), event.Append{Streams: []event.StreamAppend{{
				Type: guest.Stream, ID: id, Expected: event.NoStream, Events: []event.Event{listed(id, "Ritz", email)},
			}}})
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, event.ErrTaken):
				t.Error(err)
			}
		})
	}
	close(start)
	racing.Wait()
	return won.Load()
}

// Many guests claim one address at the same time, by three stores with separate connections, as in
// three processes. Exactly one guest gets the address.
func TestOneOfManyGetsAUniqueValue(t *testing.T) {
	t.Parallel()
	for _, racers := range []int{8, 16} {
		t.Run(fmt.Sprint(racers), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			stores := []*eventlog.Store{w.store, w.process(), w.process()}
			for round := range 300 {
				if won := race(t, stores, racers, fmt.Sprintf("%d@example.com", round)); won != 1 {
					t.Fatalf("round %d: %d of %d guests have the address", round, won, racers)
				}
			}
		})
	}
}

// A unique address belongs to one guest of a hotel until this guest gets another address. Upper and
// lower case letters make no difference.
func TestAUniqueValueFollowsItsChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ford, arthur, room := uuid.New(), uuid.New(), uuid.New()
	must(t, "a free address", w.list(ford, 0, "Ritz", "Ford@example.com"))
	takes(t, "the same in another case", w.list(arthur, 0, "Ritz", "ford@EXAMPLE.com"))
	must(t, "the same in another hotel", w.list(uuid.New(), 0, "Savoy", "ford@example.com"))
	must(t, "the own address again", w.list(ford, 1, "Ritz", "FORD@example.com"))
	must(t, "another address", w.list(ford, 2, "Ritz", "prefect@example.com"))
	takes(t, "the new address", w.list(arthur, 0, "Ritz", "prefect@example.com"))
	must(t, "the old address", w.list(arthur, 0, "Ritz", "ford@example.com"))
	takes(t, "by an event of another stream", w.append(room, 0, listed(uuid.New(), "Ritz", "ford@example.com")))
	must(t, "no address", w.list(arthur, 1, "Ritz", ""))
	must(t, "no address for two", w.list(ford, 3, "Ritz", ""))
	must(t, "a free address by an event of another stream", w.append(room, 0, listed(uuid.New(), "Ritz", "ford@example.com")))
}

// Two guests swap their addresses in one append. But one append can't give the same address to two
// guests.
func TestTwoPersonsSwapUniqueValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ford, arthur := uuid.New(), uuid.New()
	both := func(expected int64, fords, arthurs string) error {
		_, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
			{Type: guest.Stream, ID: ford, Expected: expected, Events: []event.Event{listed(ford, "Ritz", fords)}},
			{Type: guest.Stream, ID: arthur, Expected: expected, Events: []event.Event{listed(arthur, "Ritz", arthurs)}},
		}})
		return err
	}
	takes(t, "one address for two", both(0, "x@example.com", "x@example.com"))
	must(t, "two addresses", both(0, "x@example.com", "y@example.com"))
	takes(t, "the other's address", w.list(ford, 1, "Ritz", "y@example.com"))
	must(t, "swap", both(1, "y@example.com", "x@example.com"))
	takes(t, "ford's address", w.list(arthur, 2, "Ritz", "y@example.com"))
	must(t, "arthur's address is his", w.list(arthur, 2, "Ritz", "x@example.com"))
}

// In one append, a guest moves with an address to another hotel, and a second guest gets this
// address in the first hotel. The append succeeds whatever the ids of the guests are.
func TestAUniqueValueMovesToAnotherScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	low, high := uuid.MustParse("00000000-0000-4000-8000-000000000001"), uuid.MustParse("ffffffff-0000-4000-8000-000000000001")
	version := map[uuid.UUID]int64{}
	for i, ids := range [][2]uuid.UUID{{low, high}, {high, low}} {
		email, moving, staying := fmt.Sprintf("%d@example.com", i), ids[0], ids[1]
		must(t, "an address", w.list(moving, version[moving], "Ritz", email))
		_, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
			{Type: guest.Stream, ID: moving, Expected: version[moving] + 1, Events: []event.Event{listed(moving, "Savoy", email)}},
			{Type: guest.Stream, ID: staying, Expected: version[staying], Events: []event.Event{listed(staying, "Ritz", email)}},
		}})
		must(t, "the move", err)
		takes(t, "the address in the first hotel", w.list(uuid.New(), 0, "Ritz", email))
		takes(t, "the address in the second hotel", w.list(uuid.New(), 0, "Savoy", email))
		version[moving], version[staying] = version[moving]+2, version[staying]+1
	}
}

// A guest has a unique address. One append contains two events. The first event repeats this
// address of the guest, without a claim. By the second event, another guest claims the same
// address. The first guest keeps the address, so the append is refused.
func TestAUniqueValueIsKeptWithoutAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ford, arthur := uuid.New(), uuid.New()
	must(t, "ford", w.list(ford, 0, "Ritz", "x@example.com"))
	_, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
		{Type: guest.Stream, ID: ford, Expected: 1, Events: []event.Event{guest.Registered{Name: event.Private("Ford"), Email: event.Private("x@example.com")}}},
		{Type: guest.Stream, ID: arthur, Events: []event.Event{listed(arthur, "Ritz", "x@example.com")}},
	}})
	takes(t, "arthur", err)
}

// An append expects an old version of a stream, and claims a value that another guest has. The
// error is a conflict, because the command must be decided again.
func TestAConflictComesBeforeATakenValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ford, arthur := uuid.New(), uuid.New()
	must(t, "ford", w.list(ford, 0, "Ritz", "ford@example.com"))
	must(t, "arthur", w.list(arthur, 0, "Ritz", "arthur@example.com"))
	if err := w.list(arthur, 0, "Ritz", "ford@example.com"); !errors.Is(err, event.ErrConflict) {
		t.Errorf("got %v", err)
	}
}

// An append may have tags, an append condition and a unique address. If the log has an event that
// matches the condition, the append is a conflict.
func TestAUniqueValueUnderACondition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := func(email string) error {
		id := uuid.New()
		_, err := w.store.Append(t.Context(), event.Append{
			Streams:   []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: event.NoStream, Events: []event.Event{listed(id, "Ritz", email)}}},
			Condition: &event.Condition{Items: []event.Item{{Tags: []string{"hotel:Ritz"}}}},
		})
		return err
	}
	must(t, "the first guest of a hotel", first("ford@example.com"))
	if err := first("arthur@example.com"); !errors.Is(err, event.ErrConflict) {
		t.Errorf("the second guest under the condition that there is none: got %v", err)
	}
	takes(t, "a taken address without a condition", w.list(uuid.New(), 0, "Ritz", "ford@example.com"))
	if tagged := w.count(`SELECT count(*) FROM event_tags WHERE tag = 'hotel:Ritz'`); tagged != 1 {
		t.Errorf("%d events have the tag", tagged)
	}
}

// After a guest was erased, another guest can get the address, and no table contains the keyed hash
// of the address.
func TestAnErasedPersonsValueIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ford := uuid.New()
	must(t, "ford", w.list(ford, 0, "Ritz", "ford@example.com"))
	indexes, err := w.keys.Indexes(t.Context(), "email", "ford@example.com")
	must(t, "indexes", err)
	if found := w.tablesWith(indexes[0]); len(found) != 1 {
		t.Fatalf("the index is in %v: the search does not work", found)
	}
	w.erase(ford, 1)
	if found := w.tablesWith(indexes[0]); len(found) != 0 {
		t.Errorf("what confirms a guess is left in %v", found)
	}
	must(t, "arthur", w.list(uuid.New(), 0, "Ritz", "ford@example.com"))
}

// tablesWith returns the tables that contain these bytes in any column.
func (w *world) tablesWith(bytes []byte) (found []string) {
	w.t.Helper()
	rows, err := w.owner.Query(w.t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		w.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	for _, table := range tables {
		if w.count(fmt.Sprintf(`SELECT count(*) FROM %s AS t WHERE position('%x' IN t::text) > 0`, table, bytes)) > 0 {
			found = append(found, table)
		}
	}
	return found
}

// Key rotations replace the secret by which unique values are hashed. Meanwhile many guests claim
// one address, and exactly one of them gets it. Addresses that were taken before a rotation stay
// taken.
func TestUniqueValuesDuringRotations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, "ford", w.list(uuid.New(), 0, "Ritz", "ford@example.com"))
	stores := []*eventlog.Store{w.store, w.process(), w.process()}
	rotated := make(chan error, 1)
	go func() {
		for range 2 {
			if _, _, err := rotation.Run(t.Context(), w.owner, w.uri, guest.Decode, func(int) {}); err != nil {
				rotated <- err
				return
			}
		}
		rotated <- nil
	}()
	for round := 0; ; round++ {
		email := fmt.Sprintf("%d@example.com", round)
		if won := race(t, stores, 8, email); won != 1 {
			t.Fatalf("round %d: %d have the address", round, won)
		}
		if won := race(t, stores, 3, email) + race(t, stores, 3, "ford@example.com"); won != 0 {
			t.Fatalf("round %d: %d have an address that was taken", round, won)
		}
		select {
		case err := <-rotated:
			must(t, "rotate", err)
			if scoped := w.count(`SELECT count(*) FROM keys.lookups WHERE scope = 'Ritz'`); scoped != round+2 {
				t.Errorf("%d rows have a scope, want %d", scoped, round+2)
			}
			return
		default:
		}
	}
}
