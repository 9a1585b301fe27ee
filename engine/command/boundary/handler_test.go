package boundary_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/enginetest/courses"
	"example.com/pgcqrs/engine/enginetest/fakelog"
	"example.com/pgcqrs/engine/event"
)

// newLog returns a log that has courses with the given capacity.
func newLog(t *testing.T, capacity int, all ...string) *fakelog.Log {
	t.Helper()
	log := fakelog.New()
	for _, course := range all {
		add(t, log, course, courses.Defined{Course: course, Capacity: capacity})
	}
	return log
}

// add appends an event to the stream of a course, as another process does.
func add(t *testing.T, log *fakelog.Log, course string, e event.Event) {
	t.Helper()
	_, err := log.AppendAll(t.Context(), []event.Append{{Streams: []event.StreamAppend{
		{Type: "course", ID: courses.ID(course), Expected: event.AnyVersion, Events: []event.Event{e}},
	}}})
	if err != nil {
		t.Error(err)
	}
}

func codeOf(err error) string {
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return rejection.Code
	}
	return ""
}

func TestHandleAppendsToTheCommandsStream(t *testing.T) {
	t.Parallel()
	log := newLog(t, 1, "c", "d")
	h := boundary.NewHandler(log, courses.Subscription)
	got, err := h.Handle(t.Context(), courses.Subscribe{Course: "d", Student: "s"}, boundary.Request{})
	if want := (command.Result{StreamID: courses.ID("d"), Version: 2, Position: 3}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if got, err = h.Handle(t.Context(), courses.Subscribe{Course: "d", Student: "s"}, boundary.Request{}); err != nil || got.Position != 3 || log.Events() != 3 {
		t.Errorf("the same again: got %+v, %v", got, err)
	}
	if _, err = h.Handle(t.Context(), courses.Subscribe{Course: "d", Student: "t"}, boundary.Request{}); codeOf(err) != "course_full" {
		t.Errorf("got %v", err)
	}
}

// Another process takes the last place of a course after the decision of a command and before the
// append of its events. The Handler then decides the command again.
func TestHandleDecidesAgainAfterAConflict(t *testing.T) {
	t.Parallel()
	log := newLog(t, 1, "c")
	log.BeforeAppend(func() {
		log.BeforeAppend(nil)
		add(t, log, "c", courses.Subscribed{Course: "c", Student: "other"})
	})
	h := boundary.NewHandler(log, courses.Subscription)
	if _, err := h.Handle(t.Context(), courses.Subscribe{Course: "c", Student: "s"}, boundary.Request{}); codeOf(err) != "course_full" || log.Events() != 2 {
		t.Errorf("got %v, and the log has %d events", err, log.Events())
	}
}

func TestHandleGivesUpAfterTenConflicts(t *testing.T) {
	t.Parallel()
	log := newLog(t, 1000, "c")
	var appends atomic.Int64
	var inside atomic.Bool
	log.BeforeAppend(func() {
		if inside.CompareAndSwap(false, true) {
			add(t, log, "c", courses.Subscribed{Course: "c", Student: strconv.FormatInt(appends.Add(1), 10)})
			inside.Store(false)
		}
	})
	h := boundary.NewHandler(log, courses.Subscription)
	if _, err := h.Handle(t.Context(), courses.Subscribe{Course: "c", Student: "s"}, boundary.Request{}); !errors.Is(err, event.ErrConflict) || appends.Load() != 10 {
		t.Errorf("got %v after %d attempts", err, appends.Load())
	}
}

func TestHandleAnswersAKeyOnce(t *testing.T) {
	t.Parallel()
	log := newLog(t, 1, "c")
	h := boundary.NewHandler(log, courses.Subscription)
	c, r := courses.Subscribe{Course: "c", Student: "s"}, boundary.Request{Key: "k", Fingerprint: []byte("f")}
	first, err := h.Handle(t.Context(), c, r)
	if err != nil {
		t.Fatal(err)
	}
	add(t, log, "c", courses.Unsubscribed{Course: "c", Student: "s"})
	add(t, log, "c", courses.Subscribed{Course: "c", Student: "t"})
	first.Replayed = true
	if again, err := h.Handle(t.Context(), c, r); err != nil || again != first {
		t.Errorf("again: %+v, %v, want %+v", again, err, first)
	}
	r.Fingerprint = []byte("g")
	if _, err := h.Handle(t.Context(), c, r); !errors.Is(err, once.ErrKeyReused) {
		t.Errorf("another request: %v", err)
	}
}

// Commands of one process do not conflict: each command appends at its first attempt.
func TestCommandsOfOneProcessTakeTurns(t *testing.T) {
	t.Parallel()
	log := newLog(t, 100, "a", "b", "c")
	var appends atomic.Int64
	log.BeforeAppend(func() { appends.Add(1) })
	h := boundary.NewHandler(log, courses.Subscription)
	var all sync.WaitGroup
	for n := range 90 {
		all.Go(func() {
			c := courses.Subscribe{Course: string(rune('a' + n%3)), Student: strconv.Itoa(n / 3)}
			if _, err := h.Handle(t.Context(), c, boundary.Request{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if appends.Load() != 90 || log.Events() != 93 {
		t.Errorf("%d appends and %d events", appends.Load(), log.Events())
	}
}

func TestHandleReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	log := newLog(t, 1, "c")
	ctx, cancel := context.WithCancel(t.Context())
	broken := courses.Subscription
	broken.Decide = func(courses.State, courses.Subscribe) ([]event.Event, error) { panic("a bug") }
	c := courses.Subscribe{Course: "c", Student: "s"}
	if _, err := boundary.NewHandler(log, broken).Handle(ctx, c, boundary.Request{}); err == nil {
		t.Error("a panic is an answer")
	}
	broken.Query = func(courses.Subscribe) []event.Item { panic("a bug") }
	if _, err := boundary.NewHandler(log, broken).Handle(ctx, c, boundary.Request{}); err == nil {
		t.Error("a panic in Query is an answer")
	}
	broken.Query = func(courses.Subscribe) []event.Item { return nil }
	if _, err := boundary.NewHandler(log, broken).Handle(ctx, c, boundary.Request{}); !errors.Is(err, event.ErrTags) {
		t.Errorf("no query: %v", err)
	}
	h := boundary.NewHandler(log, courses.Subscription)
	log.BeforeAppend(func() {
		log.BeforeAppend(nil)
		cancel()
		if _, err := h.Handle(ctx, c, boundary.Request{}); !errors.Is(err, event.ErrUnavailable) {
			t.Errorf("a caller that does not wait for its turn: %v", err)
		}
	})
	if _, err := h.Handle(ctx, c, boundary.Request{}); err != nil {
		t.Error(err)
	}
}
