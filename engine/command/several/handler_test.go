package several_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/event"
)

func inBubble(t *testing.T, rule func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { rule(t, newWorld(t)) })
}

func TestBothStreamsChangeOrNone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.add(from, 10)
		result, err := w.move(from, to, 7, command.Request{})
		if want := (command.Result{StreamID: from, Version: 2, Position: 3}); err != nil || result != want {
			t.Errorf("got %+v, %v", result, err)
		}
		if _, err := w.move(from, to, 4, command.Request{}); !rejected(err, "too_much") {
			t.Errorf("got %v", err)
		}
		w.log.failure = event.ErrUnavailable
		if _, err := w.move(from, to, 1, command.Request{}); !errors.Is(err, event.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if got := w.log.sums(from, to); !slices.Equal(got, []int{3, 7}) {
			t.Errorf("the sums are %v", got)
		}
	})
}

// The append also checks a stream that gets no event. In this test, another process changes such a
// stream between the decision and the append.
func TestAStreamThatWasOnlyReadMustNotHaveChanged(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.before = func(appends int) {
			if appends == 1 {
				w.log.add(to, 5)
			}
		}
		if _, err := w.move(from, to, onlyRead, command.Request{}); !rejected(err, "not_zero") {
			t.Errorf("got %v", err)
		}
		if got := w.log.sums(from); got[0] != 0 {
			t.Errorf("the decision rests on what is gone: %v", got)
		}
	})
}

// A refusal is based on states that all streams had at one moment. Here another process moves 10
// from one stream to the other between the two reads. So the states of the first reads never
// existed at the same moment.
func TestARefusalRestsOnOneMoment(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.add(from, 0)
		w.log.add(to, 10)
		var read bool
		w.log.reading = func(_ int, id uuid.UUID) {
			if id == to && !read { // from was read, or is read now: it held nothing
				read = true
				synctest.Wait()
				w.log.add(from, 10)
				w.log.add(to, -10)
			}
		}
		if _, err := w.move(from, to, 5, command.Request{}); err != nil {
			t.Errorf("refused, although there was enough at every moment: %v", err)
		}
		if got := w.log.sums(from, to); !slices.Equal(got, []int{5, 5}) {
			t.Errorf("the sums are %v", got)
		}
	})
}

// A process has states in memory, and has not seen the latest events of another process. The
// process does not refuse a command because of these old states: it first reads the streams again.
func TestARefusalRestsOnTheLogAndNotOnTheCache(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		if _, err := w.move(from, to, 5, command.Request{}); !rejected(err, "too_much") {
			t.Errorf("got %v", err)
		}
		w.log.add(from, 5)
		if _, err := w.move(from, to, 5, command.Request{}); err != nil {
			t.Errorf("got %v", err)
		}
		if _, err := w.beside().move(to, from, 5, command.Request{}); err != nil {
			t.Errorf("got %v", err)
		}
		if _, err := w.move(from, to, 5, command.Request{}); err != nil {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnswersOfKeys(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.add(from, 10)
		keyed := command.Request{Key: "k", Fingerprint: []byte("f"), IfMatch: event.Precondition{Versions: []int64{1}}}
		first, err := w.move(from, to, 7, keyed)
		if err != nil {
			t.Fatal(err)
		}
		for name, process := range map[string]*world{"here": w, "elsewhere": w.beside()} {
			again, err := process.move(from, to, 7, keyed)
			if first.Replayed = true; err != nil || again != first {
				t.Errorf("%s: got %+v, %v", name, again, err)
			}
		}
		if _, err := w.move(from, to, 7, command.Request{Key: "k", Fingerprint: []byte("g")}); !errors.Is(err, once.ErrKeyReused) {
			t.Errorf("got %v", err)
		}
		if _, err := w.move(from, to, 1, command.Request{IfMatch: event.Precondition{Versions: []int64{1}}}); !errors.Is(err, event.ErrPreconditionFailed) {
			t.Errorf("got %v", err)
		}
		quiet, err := w.move(to, from, 0, command.Request{Key: "q", Fingerprint: []byte("f")})
		if want := (command.Result{StreamID: to, Version: 1, Position: 3}); err != nil || quiet != want {
			t.Errorf("got %+v, %v, want %+v", quiet, err, want)
		}
		refused := command.Request{Key: "k", Fingerprint: []byte("f"), Check: func(context.Context) error { return event.ErrStreamNotFound }}
		if again, err := w.move(from, to, 7, refused); err != nil || again != first {
			t.Errorf("got %+v, %v", again, err)
		}
	})
}

func TestStreamsThatCantBeNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		id := uuid.New()
		if _, err := w.move(id, id, 1, command.Request{}); !errors.Is(err, several.ErrStreamTwice) {
			t.Errorf("got %v", err)
		}
		for _, count := range []int{0, several.MostStreams + 1} {
			name := func(s *two) (all []several.Stream) {
				for range count {
					all = append(all, several.Into(w.sums, uuid.New(), &s.from))
				}
				return all
			}
			if _, err := w.moves.Handle(t.Context(), name, 1, command.Request{}); err == nil {
				t.Errorf("%d streams are accepted", count)
			}
		}
		if _, err := w.moves.Handle(t.Context(), func(*two) []several.Stream { return make([]several.Stream, 1) }, 1, command.Request{}); err == nil {
			t.Error("a zero Stream is accepted")
		}
	})
}

// If a stream has another type than the command expects, the command is decided as if the stream
// did not exist. If the command then starts the stream, the command is refused, because the id is
// taken.
func TestAStreamOfAnotherType(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		other := command.NewHandler(w.log, "other", decide, evolve)
		if _, err := other.Handle(t.Context(), to, 7, command.Request{}); err != nil {
			t.Fatal(err)
		}
		w.log.add(from, 10)
		if _, err := w.move(to, from, 7, command.Request{}); !rejected(err, "too_much") {
			t.Errorf("got %v", err)
		}
		if _, err := w.move(from, to, 7, command.Request{}); !rejected(err, "id_taken") {
			t.Errorf("got %v", err)
		}
	})
}

// A command names a stream with a wrong type. This command is not decided together with commands
// that name the right type. So the answer to the command does not depend on which commands wait at
// the same time.
func TestTypesOfStreamsAreNotMixed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.add(from, 10)
		others := command.NewHandler(w.log, "other", decide, evolve)
		let := w.hold()
		first, right := w.send(from, to, 1, command.Request{}), w.send(from, to, 1, command.Request{})
		wrong := make(chan error, 1)
		go func() {
			_, err := w.moves.Handle(t.Context(), func(s *two) []several.Stream {
				return []several.Stream{several.Into(w.sums, from, &s.from), several.Into(others, to, &s.to)}
			}, 1, command.Request{})
			wrong <- err
		}()
		synctest.Wait()
		let()
		for _, done := range []<-chan said{first, right} {
			if got := <-done; got.err != nil {
				t.Errorf("got %+v", got)
			}
		}
		if err := <-wrong; !rejected(err, "id_taken") {
			t.Errorf("the command with the wrong type: got %v", err)
		}
	})
}

func TestAPanicIsOneCommandsAlone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.add(from, 10)
		let := w.hold()
		first := w.send(from, to, 1, command.Request{})
		bad, good := w.send(from, to, panics, command.Request{}), w.send(to, from, 1, command.Request{})
		let()
		if got := <-bad; got.err == nil {
			t.Error("a panic is answered as a success")
		}
		for _, done := range []<-chan said{first, good} {
			if got := <-done; got.err != nil {
				t.Errorf("got %v", got.err)
			}
		}
	})
}

// If a caller stops waiting before its command has got the lines (queues) of its streams, the
// command has no effect. Other commands can then use the streams.
func TestACommandThatDoesNotGetItsLines(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to, third := uuid.New(), uuid.New(), uuid.New()
		w.log.add(from, 10)
		let := w.hold()
		first := w.send(from, to, 1, command.Request{})
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := w.moves.Handle(hurried, func(s *two) []several.Stream {
			return []several.Stream{several.Into(w.sums, from, &s.from), several.Into(w.sums, third, &s.to)}
		}, 1, command.Request{})
		if !errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) {
			t.Errorf("got %v", err)
		}
		let()
		<-first
		if _, err := w.sums.Handle(t.Context(), third, 1, command.Request{}); err != nil {
			t.Errorf("the third stream is not free: %v", err)
		}
		if _, err := w.move(from, third, 1, command.Request{}); err != nil {
			t.Errorf("got %v", err)
		}
		if got := w.log.sums(from, to, third); !slices.Equal(got, []int{8, 1, 2}) {
			t.Errorf("the sums are %v", got)
		}
	})
}
