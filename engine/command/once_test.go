package command_test

import (
	"context"
	"errors"
	"testing"

	"example.com/pgcqrs/engine/command/once"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

var errSomething = errors.New("something that the first time was not in the way")

// If a command's idempotency key has an answer, the command gets that answer, even if it would be
// refused or fail today. If the key was used for another request, the answer is ErrKeyReused, even
// if there are other reasons to refuse the command.
func TestAKeyIsLookedUpBeforeAnythingIsRefused(t *testing.T) {
	t.Parallel()
	for name, today := range map[string]struct {
		command int
		request func(*command.Request)
		memory  func(*memory)
		fails   func(error) bool // whether this is the expected error for a key without an answer
	}{
		"a rule":                  {20, nil, nil, func(err error) bool { return rejected(err, "too_much") }},
		"a precondition":          {1, func(r *command.Request) { r.IfMatch.Versions = []int64{7} }, nil, is(event.ErrPreconditionFailed)},
		"what it refers to":       {1, func(r *command.Request) { r.Check = func(context.Context) error { return errSomething } }, nil, is(errSomething)},
		"a panic":                 {panics, nil, nil, func(err error) bool { return err != nil }},
		"a stream nobody reads":   {1, nil, func(m *memory) { m.broken = errSomething }, is(errSomething)},
		"a stream of another":     {1, nil, func(m *memory) { m.broken = event.ErrOtherStream }, func(err error) bool { return rejected(err, "id_taken") }},
		"an event nobody evolves": {1, nil, func(m *memory) { m.events = append(m.events, poisoned{}) }, func(err error) bool { return err != nil }},
		"an event nobody stores":  {1, nil, func(m *memory) { m.failure = errSomething }, is(errSomething)},
		"others that are faster":  {1, nil, func(m *memory) { m.failure = event.ErrConflict }, is(event.ErrConflict)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
				m.add(1)
				id, there := uuid.New(), event.Appended{StreamID: uuid.New(), Version: 1, Position: 101}
				ask := func(h *command.Handler[int, int], key, fingerprint string) (command.Result, error) {
					r := command.Request{Key: key, Fingerprint: []byte(fingerprint)}
					if today.request != nil {
						today.request(&r)
					}
					return h.Handle(t.Context(), id, today.command, r)
				}
				if _, err := h.Handle(t.Context(), id, 1, command.Request{}); err != nil { // if the handler caches states, it now has the state in memory
					t.Fatal(err)
				}
				m.answers["k"] = event.Answered{Appended: there, Fingerprint: []byte("a")}
				if today.memory != nil {
					today.memory(m)
				}
				cold := command.NewHandler(m, "sum", decide, evolve)
				for _, h := range []*command.Handler[int, int]{h, cold} {
					want := command.Result{StreamID: there.StreamID, Version: 1, Position: 101, Replayed: true}
					result, err := ask(h, "k", "a")
					if diff := cmp.Diff(want, result); err != nil || diff != "" {
						t.Errorf("%v (-want +got):\n%s", err, diff)
					}
					if _, err := ask(h, "k", "b"); !errors.Is(err, once.ErrKeyReused) {
						t.Errorf("another request: got %v, want ErrKeyReused", err)
					}
				}
				if _, err := ask(cold, "new", "a"); !today.fails(err) {
					t.Errorf("without an answer: got %v", err)
				}
				if _, err := ask(cold, "", ""); !today.fails(err) {
					t.Errorf("without a key: got %v", err)
				}
			})
		})
	}
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// A retry of a command only looks up its idempotency key. A retry does not read the stream, which
// may be long, and makes no encryption key for a person. If the key was used for another request,
// the Handler does not read the stream or make an encryption key, either.
func TestARetryReadsNoStream(t *testing.T) {
	t.Parallel()
	m, h := newHandler()
	m.add(1)
	m.answers["k"] = event.Answered{Appended: event.Appended{Version: 1}, Fingerprint: []byte("a")}
	for _, fingerprint := range []string{"a", "b"} {
		if _, err := h.Handle(t.Context(), uuid.New(), 1, command.Request{Key: "k", Fingerprint: []byte(fingerprint)}); err != nil && !errors.Is(err, once.ErrKeyReused) {
			t.Fatal(err)
		}
	}
	if m.loads+m.appends > 0 {
		t.Errorf("%d loads and %d appends, want none", m.loads, m.appends)
	}
}

// If a request's idempotency key has an answer, the personal data of the request is not encrypted
// again. Encryption would fail if the person was erased. Encryption could also store records about
// the person that nobody needs: an encryption key, and hashes of texts for searches.
func TestARetryEncryptsNothing(t *testing.T) {
	t.Parallel()
	m := &memory{answers: make(map[string]event.Answered)}
	h := command.NewHandler(m, "person", func(int, int) ([]event.Event, error) { return []event.Event{named{}}, nil }, func(n int, _ event.Event) int { return n + 1 })
	id, r := uuid.New(), command.Request{Key: "k", Fingerprint: []byte("a"), NewStream: true}
	first, err := h.Handle(t.Context(), id, 1, r)
	if err != nil || m.appends != 1 || len(m.events) != 1 {
		t.Fatalf("got %+v, %v, after %d appends", first, err, m.appends)
	}
	for _, at := range []uuid.UUID{id, uuid.New()} {
		if again, err := h.Handle(t.Context(), at, 1, r); err != nil || !again.Replayed || again.Version != 1 {
			t.Errorf("got %+v, %v", again, err)
		}
	}
	if m.appends != 1 {
		t.Errorf("%d appends, want the first one only", m.appends)
	}
}

// named is an event with personal data.
type named struct{ Name event.Personal }

func (named) EventType() string                   { return "named" }
func (named) SchemaVersion() int                  { return 1 }
func (named) Person(streamID uuid.UUID) uuid.UUID { return streamID }
func (e named) EachPersonal(do func(event.Field, *event.Personal)) event.Event {
	do(event.Field{Name: "name"}, &e.Name)
	return e
}
