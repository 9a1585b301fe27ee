package command_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/command/once"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

func TestConflictIsDecidedAgainOnTheNewState(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		m.before = func(attempt int) {
			if attempt == 1 {
				m.add(8) // another process appends first
			}
		}
		if _, err := h.Handle(t.Context(), uuid.New(), 5, command.Request{}); !rejected(err, "too_much") {
			t.Errorf("got %v, want the refusal that the new state calls for", err)
		}
		result, err := h.Handle(t.Context(), uuid.New(), 2, command.Request{})
		if err != nil || result.Version != 2 || result.Position != 102 {
			t.Errorf("got %+v, %v", result, err)
		}
	})
}

func TestConflictsAreSettledInBoundedAttempts(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		m.before = func(int) { m.add(0) }
		if _, err := h.Handle(t.Context(), uuid.New(), 1, command.Request{}); !errors.Is(err, event.ErrConflict) {
			t.Errorf("got %v, want a conflict", err)
		}
		if m.appends != 10 {
			t.Errorf("%d attempts, want 10", m.appends)
		}
	})
}

func TestNothingDecidedAnswersTheCurrentVersion(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		m.add(3)
		id := uuid.New()
		result, err := h.Handle(t.Context(), id, 0, command.Request{})
		if diff := cmp.Diff(command.Result{StreamID: id, Version: 1, Position: 101}, result); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if m.appends != 0 {
			t.Error("nothing was decided and something appended")
		}
	})
}

func TestPrecondition(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		given   int // number of events before the command
		ifMatch event.Precondition
		holds   bool
	}{
		"none demands nothing":        {0, event.Precondition{}, true},
		"the version it is at":        {2, event.Precondition{Versions: []int64{2}}, true},
		"one of several":              {2, event.Precondition{Versions: []int64{1, 2}}, true},
		"a stale version":             {2, event.Precondition{Versions: []int64{1}}, false},
		"a future version":            {2, event.Precondition{Versions: []int64{3}}, false},
		"weak tags only":              {2, event.Precondition{Versions: []int64{}}, false},
		"version 0 is no version":     {0, event.Precondition{Versions: []int64{0}}, false},
		"any, and there is one":       {1, event.Precondition{Any: true}, true},
		"any, and there is no stream": {0, event.Precondition{Any: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, h := newHandler()
			for range tc.given {
				m.add(1)
			}
			_, err := h.Handle(t.Context(), uuid.New(), 1, command.Request{IfMatch: tc.ifMatch})
			if failed := errors.Is(err, event.ErrPreconditionFailed); failed == tc.holds {
				t.Errorf("got %v, want holds = %v", err, tc.holds)
			}
		})
	}
}

// The refusal of a command does not depend on the version that the client expects. Otherwise a
// client that is not allowed to read the stream could find out the stream's version.
func TestARefusalComesBeforeAPrecondition(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		m.add(1)
		m.add(1)
		for _, condition := range []event.Precondition{{}, {Any: true}, {Versions: []int64{2}}, {Versions: []int64{9}}, {Versions: []int64{}}} {
			if _, err := h.Handle(t.Context(), uuid.New(), 20, command.Request{IfMatch: condition}); !rejected(err, "too_much") {
				t.Errorf("%+v: got %v", condition, err)
			}
		}
	})
}

func TestSameKeySameRequestTakesEffectOnce(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		r := command.Request{Key: "k", Fingerprint: []byte("a")}
		id := uuid.New()
		first, err := h.Handle(t.Context(), id, 6, r)
		if err != nil || first.Replayed {
			t.Fatalf("first: %+v, %v", first, err)
		}
		// The second command has the same idempotency key as the first, and gets the first answer.
		// If the second command were decided, it would be refused. The second command has a new
		// stream id, as if a client had repeated a command that creates a stream.
		again, err := h.Handle(t.Context(), uuid.New(), 6, r)
		want := first
		want.Replayed = true
		if diff := cmp.Diff(want, again); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if len(m.events) != 1 {
			t.Errorf("%d events, want 1", len(m.events))
		}
	})
}

func TestSameKeyOtherRequestIsRefused(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, _ *memory, h *command.Handler[int, int]) {
		id := uuid.New()
		if _, err := h.Handle(t.Context(), id, 1, command.Request{Key: "k", Fingerprint: []byte("a")}); err != nil {
			t.Fatal(err)
		}
		_, err := h.Handle(t.Context(), id, 2, command.Request{Key: "k", Fingerprint: []byte("b")})
		if !errors.Is(err, once.ErrKeyReused) {
			t.Errorf("got %v, want ErrKeyReused", err)
		}
	})
}

func TestRefusedCommandIsDecidedAnewUnderItsKey(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		m.add(9)
		r := command.Request{Key: "k", Fingerprint: []byte("a")}
		if _, err := h.Handle(t.Context(), uuid.New(), 4, r); !rejected(err, "too_much") {
			t.Fatalf("got %v, want a refusal", err)
		}
		m.add(-5)
		if result, err := h.Handle(t.Context(), uuid.New(), 4, r); err != nil || result.Replayed {
			t.Errorf("got %+v, %v, want it decided now", result, err)
		}
	})
}

func TestKeyThatIsRunningIsRefused(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		r := command.Request{Key: "k", Fingerprint: []byte("a")}
		m.before = func(int) {
			if _, err := h.Handle(t.Context(), uuid.New(), 1, r); !errors.Is(err, once.ErrKeyInUse) {
				t.Errorf("got %v, want ErrKeyInUse", err)
			}
		}
		if _, err := h.Handle(t.Context(), uuid.New(), 1, r); err != nil {
			t.Fatal(err)
		}
	})
}

func TestKeyAnsweredByAnotherProcessWhileDeciding(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		there := event.Appended{StreamID: uuid.New(), Version: 1, Position: 101}
		m.before = func(int) { m.answers["k"] = event.Answered{Appended: there, Fingerprint: []byte("a")} }
		result, err := h.Handle(t.Context(), uuid.New(), 1, command.Request{Key: "k", Fingerprint: []byte("a")})
		want := command.Result{StreamID: there.StreamID, Version: 1, Position: 101, Replayed: true}
		if diff := cmp.Diff(want, result); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if len(m.events) != 0 {
			t.Error("it took effect twice")
		}
	})
}

// Commands of one process on the same stream wait for each other, so their appends never conflict.
func TestManyCommandsOnOneStream(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		id := uuid.New()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := h.Handle(t.Context(), id, 1, command.Request{}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if appended := total(m.chains); len(m.events) != 10 || appended != 10 {
			t.Errorf("%d events of %d commands in %d appends, want 10 of 10", len(m.events), appended, m.appends)
		}
	})
}

func TestWaitingForATurnEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		id := uuid.New()
		m.before = func(attempt int) {
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := h.Handle(gone, id, 1, command.Request{}); !errors.Is(err, context.Canceled) {
				t.Errorf("attempt %d: got %v, want context.Canceled", attempt, err)
			}
		}
		if _, err := h.Handle(t.Context(), id, 1, command.Request{}); err != nil {
			t.Fatal(err)
		}
	})
}
