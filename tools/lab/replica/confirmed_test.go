//go:build all && unix

package replica_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// The answer to a command may depend on a commit that only the primary has. The service then
// answers only after the standby has that commit, too. So the answer is still true if the standby
// is promoted.
func TestAnswersComeWithTheStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	first, second := startProcess(t, p.primary, "first"), startProcess(t, p.primary, "second")
	id := uuid.New()
	fill(t, id, first, second)
	first.emptyUnseen(t, p, id, doubts["the flight's time is up"])
	answers := followUps(id, await.Within, first, second)
	await.True(t, "they wait", func() bool { return p.waiting(t, "first") != 0 && p.waiting(t, "second") != 0 })
	p.regainStandby(t)
	var all []said
	for _, answer := range answers {
		all = append(all, await.Signal(t, "an answer", answer))
	}
	for _, one := range []int{0, 2, 3, 5} {
		if all[one].err != nil || all[one].result.Version != 4 || all[one].result.Replayed != (one%3 == 0) {
			t.Errorf("%s: got %+v", all[one].what, all[one])
		}
	}
	for _, one := range []int{1, 4} {
		if _, refused := errors.AsType[*event.Rejection](all[one].err); !refused {
			t.Errorf("%s: got %+v", all[one].what, all[one])
		}
	}
	p.promote(t)
	version, level := reread(t, p.reads, id)
	for _, answer := range all {
		answer.judge(t, version, level)
	}
}

// Some of the reads that a command needs wait for the standby. These are the reads of stored
// answers, of the later events of a stream, and of all events with certain tags. A flight (a batch
// of appends in one transaction) that has written something and has succeeded shows that the
// standby has all earlier commits. A flight that has written nothing does not show this. Queries do
// not wait for the standby.
func TestReadsWaitForTheStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	first, second := startProcess(t, p.primary, "first"), startProcess(t, p.primary, "second")
	id := uuid.New()
	first.must(t, id, tank.Build{})
	for range 20 {
		first.must(t, id, tank.Pour{Amount: 1})
	}
	second.must(t, uuid.New(), tank.Build{}) // the standby has the log up to here, and the process second knows it
	if err := loaded(t, second.store, id); err != nil {
		t.Fatal(err)
	}
	p.loseStandby(t)
	if answer := <-first.send(id, tank.Pour{Amount: 1}, "key", await.Within); !errors.Is(answer.err, event.ErrUnknownOutcome) {
		t.Fatalf("got %v, want an unknown outcome", answer.err)
	}
	late := event.Append{Streams: []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: 21, Events: []event.Event{tank.Poured{Amount: 1}}}}}
	if _, err := second.store.Append(t.Context(), late); !errors.Is(err, event.ErrConflict) {
		t.Fatalf("got %v, want a conflict: the 22nd event is there to see", err)
	}
	done, answered, matched := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() { done <- loaded(t, second.store, id) }()
	p.waits(t, "second", done)
	third := startProcess(t, p.primary, "third")
	go func() {
		found, err := third.store.Answers(t.Context(), []string{"key"})
		if err == nil && found["key"].Appended.Version != 22 {
			err = fmt.Errorf("found %v", found)
		}
		answered <- err
	}()
	p.waits(t, "third", answered)
	fourth := startProcess(t, p.primary, "fourth")
	go func() { // no event has the tag: a decision that depends on this answer is refused or accepted only if the last event stays
		condition, err := fourth.store.Matching(t.Context(), []event.Item{{Tags: []string{"none"}}}, 0, func(event.Recorded) error { return nil })
		if err == nil && condition.After < 22 {
			err = fmt.Errorf("read up to position %d", condition.After)
		}
		matched <- err
	}()
	p.waits(t, "fourth", matched)

	pool, err := pg.Open(t.Context(), p.primary, "queries", 2)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := loaded(t, eventlog.New(pool, eventlog.Config{Decode: tank.Decode, ForQueries: true}), id); err != nil {
		t.Errorf("a query: %v", err)
	}
	p.regainStandby(t)
	if err := await.Signal(t, "the load", done); err != nil {
		t.Error(err)
	}
	if err := await.Signal(t, "the stored answer", answered); err != nil {
		t.Error(err)
	}
	if err := await.Signal(t, "the read by tags", matched); err != nil {
		t.Error(err)
	}
}

// A feed must not send an event that would be lost if the standby were promoted. So the reads of a
// feed wait until the standby has the last event that they return. This is also true for a feed
// that reads from a replica, after this replica was promoted. The read of a subscriber's first
// position also waits for the standby, because after a promotion another event may have this
// position.
func TestReadsOfAFeedWaitForTheStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	first, second := startProcess(t, p.primary, "first"), startProcess(t, p.primary, "second")
	id := uuid.New()
	first.must(t, id, tank.Build{})
	pool, err := pg.Open(t.Context(), p.primary, "promoted", 2)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	promoted := eventlog.New(pool, eventlog.Config{Decode: tank.Decode, ForQueries: true})
	p.loseStandby(t)
	if answer := <-first.send(id, tank.Pour{Amount: 1}, "key", await.Within); !errors.Is(answer.err, event.ErrUnknownOutcome) {
		t.Fatalf("got %v, want an unknown outcome", answer.err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*await.Within)
	defer cancel()
	head, tail := make(chan error, 1), make(chan error, 1)
	go func() {
		position, err := second.store.Head(ctx)
		if err == nil && position != 2 {
			err = fmt.Errorf("the log ends at %d", position)
		}
		head <- err
	}()
	go func() {
		found, err := promoted.Tail(ctx, 0, 10)
		if err == nil && len(found) != 2 {
			err = fmt.Errorf("found %v", found)
		}
		tail <- err
	}()
	p.waits(t, "second", head)
	p.waits(t, "promoted", tail)
	p.regainStandby(t)
	if err := await.Signal(t, "the head", head); err != nil {
		t.Error(err)
	}
	if err := await.Signal(t, "the tail", tail); err != nil {
		t.Error(err)
	}
}

// After events were appended, an operator configures that commits wait for the standby. The standby
// may lack these events. Reads of these events wait until the standby has them.
func TestStandbyThatIsRequiredLater(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	execute(t, p.primary, `ALTER DATABASE pgcqrs SET synchronous_commit = on`)
	p.loseStandby(t)
	process, id := startProcess(t, p.primary, "process"), uuid.New()
	process.must(t, id, tank.Build{})
	p.require(t)
	done := make(chan error, 1)
	await.True(t, "a load waits", func() bool { // the session of the load gets the new setting only after some attempts
		go func() { done <- loaded(t, process.store, id) }()
		for {
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
				return false
			default:
				if p.waiting(t, "process") != 0 {
					return true
				}
			}
		}
	})
	p.regainStandby(t)
	if err := await.Signal(t, "the load", done); err != nil {
		t.Error(err)
	}
}

// In this test, only the primary has the commit that erased a person. If the service refuses a
// command because of that erasure, the refusal waits until the standby has the commit.
func TestRefusalToEncryptWaitsForTheStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	pool, err := pg.Open(t.Context(), p.primary, "encrypting", 4)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	erased := errors.New("erased")
	store := eventlog.New(pool, eventlog.Config{
		Encrypt: func(context.Context, string, uuid.UUID, int64, event.PersonalEvent) (event.Event, error) {
			return nil, erased
		},
	})
	registered := event.Append{Streams: []event.StreamAppend{{Type: "person", ID: uuid.New(), Events: []event.Event{person{}}}}}
	p.loseStandby(t)
	done := make(chan error, 1)
	go func() {
		_, err := store.Append(t.Context(), registered)
		done <- err
	}()
	p.waits(t, "encrypting", done)
	p.regainStandby(t)
	if err := await.Signal(t, "the refusal", done); !errors.Is(err, erased) {
		t.Errorf("got %v, want the refusal", err)
	}
}

// waits checks that a program waits for the standby, and that the channel done has no result yet.
func (p pair) waits(t *testing.T, program string, done <-chan error) {
	t.Helper()
	await.True(t, program+" waits", func() bool { return p.waiting(t, program) != 0 || len(done) > 0 })
	if len(done) > 0 {
		t.Fatalf("%s did not wait: %v", program, <-done)
	}
}

func loaded(t *testing.T, store *eventlog.Store, id uuid.UUID) error {
	ctx, cancel := context.WithTimeout(t.Context(), 2*await.Within) // the standby may first have to be ready again
	defer cancel()
	return store.Load(ctx, tank.Stream, id, 0, func(event.Recorded) error { return nil })
}

// person is an event with personal data.
type person struct{}

func (person) EventType() string  { return "person.named" }
func (person) SchemaVersion() int { return 1 }

// Person implements event.PersonalEvent.
func (person) Person(stream uuid.UUID) uuid.UUID { return stream }

// EachPersonal implements event.PersonalEvent.
func (p person) EachPersonal(func(event.Field, *event.Personal)) event.Event { return p }
