// Package epoch_test deletes the last events of the log while processes run, as the restore of a
// backup would. The tests check that no decision depends on a lost event, and that every process
// detects the loss.
package epoch_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// A process has the state of a tank in memory. The log loses its last event, which added water.
// Another process appends a new event, so the stream has the same version and the log has the same
// last position as before. Only the id of the last event differs. The first process must detect the
// difference, and must not let a client drain the lost water.
func TestNoDecisionRestsOnALostState(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	remembers, other := newProcess(t, url), newProcess(t, url)
	id := uuid.New()
	remembers.must(t, id, tank.Build{}, tank.Pour{Amount: 10}, tank.Pour{Amount: 990})
	goBack(t, url, 2)
	other.must(t, id, tank.Pour{Amount: 1})

	remembers.mustRefuse(t, id, tank.Drain{Amount: 900})
	if drained := remembers.must(t, id, tank.Drain{Amount: 11}); drained.Version != 4 || drained.Position != 4 {
		t.Errorf("drained at %+v, want version 4 at position 4", drained)
	}
}

// An append can name the event on which it depends. If the log does not contain that event, the
// append is a conflict, even in a process that has never read the log.
func TestAppendRestsOnAnEvent(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	p, id := newProcess(t, url), uuid.New()
	p.must(t, id, tank.Build{}, tank.Pour{Amount: 10})
	appendAfter := func(last uuid.UUID) error {
		_, err := newProcess(t, url).store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
			{Type: tank.Stream, ID: id, Expected: 2, Last: last, Events: []event.Event{tank.Drained{Amount: 10}}},
		}})
		return err
	}
	if err := appendAfter(uuid.New()); !errors.Is(err, event.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if err := appendAfter(rig.One[uuid.UUID](t, p.pool, `SELECT event_id FROM events WHERE position = 2`)); err != nil {
		t.Error(err)
	}
}

// A process has read events that other processes have appended. If the log loses these events, the
// process detects the loss, and discards the state that it has computed from the lost events.
func TestLostStateIsNotCarriedOn(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	reads, other := newProcess(t, url), newProcess(t, url)
	reads.follow(t)
	reads.must(t, uuid.New(), tank.Build{}) // position 1
	id := uuid.New()
	other.must(t, id, tank.Build{}, tank.Pour{Amount: 10}, tank.Pour{Amount: 990})
	reads.mustRefuse(t, id, tank.Drain{Amount: 5000}) // the process remembers 1000 at version 3
	goBack(t, url, 3)
	newProcess(t, url).must(t, id, tank.Pour{Amount: 1}, tank.Pour{Amount: 1}) // versions 3 and 4
	reads.must(t, uuid.New(), tank.Build{})                                    // with this append the process learns of the new events

	reads.mustRefuse(t, id, tank.Drain{Amount: 900})
	if reads.changes(t) != 1 {
		t.Errorf("it has found %d changes of the log, want 1", reads.changes(t))
	}
}

// The first process that detects a loss of events logs the loss once, with the last event before
// and after the loss. The process then begins a new epoch of the log (an epoch is the id of one
// history of the log). The other processes use the new epoch, too. No command fails.
func TestLogThatWentBackIsNoticed(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	finds, idle, later := newProcess(t, url), newProcess(t, url), newProcess(t, url)
	id := uuid.New()
	finds.must(t, id, tank.Build{}, tank.Pour{Amount: 10}, tank.Pour{Amount: 990})
	await.Background(t, idle.store.Watch)
	await.True(t, "the idle one has looked", func() bool { return idle.store.CheckHead() == nil })
	before := finds.store.Epoch()
	later.must(t, uuid.New(), tank.Build{}) // position 4
	lost := rig.One[uuid.UUID](t, finds.pool, `SELECT event_id FROM events WHERE position = 3`)
	goBack(t, url, 2)

	finds.must(t, id, tank.Pour{Amount: 1})
	after := finds.store.Epoch()
	if after == before || after == uuid.Nil {
		t.Fatalf("epoch %s after %s", after, before)
	}
	if said := finds.logged.all(); len(said) != 1 || said[0]["level"] != "ERROR" || said[0]["known_position"] != 3.0 || said[0]["known_event"] != lost.String() ||
		said[0]["position"] != 2.0 || said[0]["epoch"] != after.String() {
		t.Errorf("it said %v", said)
	}
	await.True(t, "the idle one finds out", func() bool { return idle.store.Epoch() == after })
	later.must(t, uuid.New(), tank.Build{})
	for name, p := range map[string]*process{"finds": finds, "idle": idle, "later": later} {
		if p.store.Epoch() != after || p.changes(t) != 1 || p.store.CheckHead() != nil {
			t.Errorf("%s: epoch %s, %d changes, %v; want %s, 1, ready", name, p.store.Epoch(), p.changes(t), p.store.CheckHead(), after)
		}
	}
	const rows = `SELECT string_agg(concat_ws(' ', number, head, lost_head), ', ' ORDER BY number) FROM log_epochs`
	if got := rig.One[string](t, finds.pool, rows); got != "1 0, 2 2 3" {
		t.Errorf("log_epochs: %s", got)
	}
}

// An epoch is the id of one history of the log. A restored database also contains the epoch of an
// earlier history. The process must not use this epoch again, and begins a new one.
func TestEpochThatWentBack(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	p := newProcess(t, url)
	p.must(t, uuid.New(), tank.Build{}, tank.Pour{Amount: 1})
	first := p.store.Epoch()
	goBack(t, url, 1)
	p.must(t, uuid.New(), tank.Build{})
	second := p.store.Epoch()
	rig.Do(t, p.pool, `ALTER TABLE log_epochs DISABLE TRIGGER USER`)
	rig.Do(t, p.pool, `DELETE FROM log_epochs WHERE number = 2`)

	if _, err := p.store.ReadEpoch(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.must(t, uuid.New(), tank.Build{})
	if third := p.store.Epoch(); third == first || third == second || p.changes(t) != 2 {
		t.Errorf("epochs %s, %s and then %s, %d changes", first, second, third, p.changes(t))
	}
	if number := rig.One[int64](t, p.pool, `SELECT max(number) FROM log_epochs`); number != 3 {
		t.Errorf("it has the number %d, want 3", number)
	}
}

// An epoch is the id of one history of the log. After an operator has restored a database, the
// operator begins a new epoch with a command. A process that was not stopped for the restore
// detects the new epoch and uses it.
func TestEpochByHand(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	p, id := newProcess(t, url), uuid.New()
	p.must(t, id, tank.Build{}, tank.Pour{Amount: 10})
	epoch, err := eventlog.New(p.pool, eventlog.Config{}).NewEpoch(t.Context())
	if err != nil || epoch == p.store.Epoch() {
		t.Fatal(epoch, err)
	}
	await.Background(t, p.store.Watch)
	await.True(t, "it is taken over", func() bool { return p.store.Epoch() == epoch })
	p.must(t, id, tank.Drain{Amount: 10})
	if p.store.Epoch() != epoch || p.changes(t) != 1 {
		t.Errorf("epoch %s, %d changes, want %s and 1", p.store.Epoch(), p.changes(t), epoch)
	}
}

// After the log has lost events, each process must read the new end of the log. Until a process has
// read the new end, it is not ready, and each command fails with an error that says that nothing
// was done.
func TestNotReadyUntilTheNewHeadIsRead(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	p, id := newProcess(t, url), uuid.New()
	p.must(t, id, tank.Build{}, tank.Pour{Amount: 10})
	goBack(t, url, 1)
	tx, err := rig.Connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK TABLE log_epochs IN SHARE MODE`); err != nil { // prevents new epochs
		t.Fatal(err)
	}
	if _, err := p.handle(id, tank.Pour{Amount: 1}); !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	if p.store.CheckHead() == nil || p.store.Epoch() != uuid.Nil {
		t.Error("it is ready")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	released := time.Now()
	await.Background(t, p.store.Watch)
	await.True(t, "it is ready again", func() bool { return p.store.CheckHead() == nil })
	if took := time.Since(released); took > 5*time.Second {
		t.Errorf("that took %s", took)
	}
	if p.must(t, id, tank.Pour{Amount: 1}).Version != 2 || p.changes(t) != 1 {
		t.Errorf("%d changes, want 1", p.changes(t))
	}
}

// A process encrypts an event, and then the log is restored to a state without the key of that
// event. The process must not append the event, because nobody could decrypt it.
func TestNothingEncodedBeforeTheChangeIsAppended(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	var store *eventlog.Store
	encrypted := 0
	store = eventlog.New(pool, eventlog.Config{Decode: tank.Decode, Encrypt: func(ctx context.Context, _ string, _ uuid.UUID, _ int64, e event.PersonalEvent) (event.Event, error) {
		if encrypted++; encrypted == 1 { // after the key was read, the log goes back
			if _, err := eventlog.New(pool, eventlog.Config{}).NewEpoch(ctx); err != nil {
				return nil, err
			}
			if _, err := store.ReadEpoch(ctx); err != nil {
				return nil, err
			}
		}
		return e, nil
	}})
	if _, err := store.ReadEpoch(t.Context()); err != nil {
		t.Fatal(err)
	}
	await.Background(t, store.Run)
	named := event.Append{Streams: []event.StreamAppend{{Type: "person", ID: uuid.New(), Events: []event.Event{person{}}}}}
	if _, err := store.Append(t.Context(), named); !errors.Is(err, event.ErrLogChanged) {
		t.Errorf("got %v, want ErrLogChanged", err)
	}
	if _, err := store.Append(t.Context(), named); err != nil {
		t.Error(err)
	}
}

type person struct{}

func (person) EventType() string                                             { return "person.named" }
func (person) SchemaVersion() int                                            { return 1 }
func (person) Person(stream uuid.UUID) uuid.UUID                             { return stream }
func (p person) EachPersonal(func(event.Field, *event.Personal)) event.Event { return p }
