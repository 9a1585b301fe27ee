package command_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/command/once"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

type said struct {
	result command.Result
	err    error
}

// send starts a command on a stream, and returns as soon as the command is queued.
func send(t *testing.T, h *command.Handler[int, int], id uuid.UUID, n int, r command.Request) <-chan said {
	t.Helper()
	done := make(chan said, 1)
	go func() {
		result, err := h.Handle(t.Context(), id, n, r)
		done <- said{result, err}
	}()
	synctest.Wait()
	return done
}

// hold makes one append of the log wait until the test calls the returned function let. The
// parameter is the number of the append: the first append has number 1.
func (m *memory) hold(number int) (let func()) {
	gate, before := make(chan struct{}), m.before
	m.before = func(attempt int) {
		if before != nil {
			before(attempt)
		}
		if attempt == number {
			<-gate
		}
	}
	return func() { close(gate) }
}

// inBubble runs a test in a bubble of package synctest. In the bubble, the test can wait until all
// goroutines of the bubble are blocked.
func inBubble(t *testing.T, rule func(*testing.T, *memory, *command.Handler[int, int])) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m, h := newHandler()
		rule(t, m, h)
	})
}

func TestCommandsThatMeetAreAppendedTogether(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, id := m.hold(1), uuid.New()
		var all []<-chan said
		for range 4 {
			all = append(all, send(t, h, id, 1, command.Request{}))
		}
		let()
		for i, done := range all {
			want := command.Result{StreamID: id, Version: int64(i + 1), Position: int64(101 + i)}
			if got := <-done; got.err != nil || got.result != want {
				t.Errorf("command %d: got %+v, want %+v", i, got, want)
			}
		}
		if diff := cmp.Diff([]int{1, 3}, m.chains); diff != "" {
			t.Errorf("commands an append (-want +got):\n%s", diff)
		}
	})
}

// A command may be refused on a state that includes the events of a running append. The Handler
// then sends the refusal only after this append has succeeded, because the append may still fail.
func TestRefusalWaitsForWhatItRestsOn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, letGroup, id := m.hold(1), m.hold(2), uuid.New()
		first := send(t, h, id, 1, command.Request{})
		accepted, tooMuch, quiet := send(t, h, id, 7, command.Request{}), send(t, h, id, 3, command.Request{}), send(t, h, id, 0, command.Request{})
		let()
		<-first
		synctest.Wait()
		if len(tooMuch)+len(quiet)+len(accepted) > 0 {
			t.Fatal("answered on a state that is not durable")
		}
		m.add(-1) // another process appends first, and afterwards no command exceeds the maximum
		letGroup()
		for i, done := range []<-chan said{accepted, tooMuch, quiet} {
			if got, want := <-done, []int64{3, 4, 4}[i]; got.err != nil || got.result.Version != want {
				t.Errorf("command %d: got %+v, want version %d", i, got, want)
			}
		}
	})
}

// If the outcome of an append is unknown, only the commands in the append are answered with
// ErrUnknownOutcome. The commands of the group that are not in the append have certainly had no
// effect, so they get a different answer.
func TestOnlyWhatWasAppendedIsInDoubt(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, letGroup, id := m.hold(1), m.hold(2), uuid.New()
		first := send(t, h, id, 1, command.Request{})
		quick, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		hurried := make(chan said, 1)
		go func() {
			result, err := h.Handle(quick, id, -1, command.Request{Key: "hurried"})
			hurried <- said{result, err}
		}()
		all := []<-chan said{
			send(t, h, id, 8, command.Request{}), // the command is accepted
			send(t, h, id, 0, command.Request{Key: "quiet"}),
			send(t, h, id, 3, command.Request{}), // the command exceeds the maximum
			send(t, h, id, 3, command.Request{Key: "too much"}),
			send(t, h, id, 0, command.Request{}), // the command causes no event, and it has no key, so nothing is stored for it
		}
		let()
		<-first
		if got := <-hurried; !errors.Is(got.err, event.ErrUnknownOutcome) {
			t.Errorf("accepted, and its time was up first: got %+v, want an unknown outcome", got)
		}
		m.failure = event.ErrUnknownOutcome
		letGroup()
		for i, done := range all {
			want, other := event.ErrUnknownOutcome, event.ErrUnavailable
			if i >= 2 {
				want, other = other, want
			}
			if got := <-done; !errors.Is(got.err, want) || errors.Is(got.err, other) {
				t.Errorf("command %d: got %+v, want %v", i, got, want)
			}
		}
		m.failure = nil
		if _, err := h.Handle(t.Context(), id, 1, command.Request{Key: "too much"}); err != nil {
			t.Errorf("its key is not free again: %v", err)
		}
	})
}

// The time limit of a refused command may pass while the append with the accepted commands of the
// same group runs. The answer to the refused command is not ErrUnknownOutcome, because no append
// contains a refused command.
func TestRefusalWhoseTimeIsUpIsNotInDoubt(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, letGroup, id := m.hold(1), m.hold(2), uuid.New()
		first := send(t, h, id, 1, command.Request{})
		accepted := send(t, h, id, 7, command.Request{})
		quick, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		hurried := make(chan said, 2)
		for _, n := range []int{3, 0} { // the first command exceeds the maximum, the second causes no event
			go func() {
				result, err := h.Handle(quick, id, n, command.Request{})
				hurried <- said{result, err}
			}()
		}
		synctest.Wait()
		let()
		<-first
		for range 2 {
			if got := <-hurried; !errors.Is(got.err, event.ErrUnavailable) || errors.Is(got.err, event.ErrUnknownOutcome) {
				t.Errorf("got %+v, want that nothing was done", got)
			}
		}
		letGroup()
		if got := <-accepted; got.err != nil || got.result.Version != 2 {
			t.Errorf("got %+v, want what was sent", got)
		}
	})
}

func TestConflictDecidesTheWholeGroupAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, id := m.hold(1), uuid.New()
		inner := m.before
		m.before = func(attempt int) {
			if inner(attempt); attempt == 2 {
				m.add(5) // another process appends before the group does
			}
		}
		first := send(t, h, id, 1, command.Request{})
		second, third, fourth := send(t, h, id, 2, command.Request{}), send(t, h, id, 4, command.Request{}), send(t, h, id, 2, command.Request{})
		let()
		versions := []int64{(<-first).result.Version, (<-second).result.Version, 0, (<-fourth).result.Version}
		if got := <-third; !rejected(got.err, "too_much") {
			t.Errorf("got %+v, want the refusal that the new state calls for", got)
		}
		if want := []int64{1, 3, 0, 4}; !slices.Equal(versions, want) {
			t.Errorf("versions %v, want %v", versions, want)
		}
	})
}

// Another process may have appended an event that makes a forbidden command allowed. Before a
// command is refused, the new events must therefore be read from the log; the state in memory is
// not enough.
func TestRefusalIsCheckedInTheLog(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		id := uuid.New()
		if _, err := h.Handle(t.Context(), id, 9, command.Request{}); err != nil {
			t.Fatal(err)
		}
		m.add(-5)
		if result, err := h.Handle(t.Context(), id, 4, command.Request{}); err != nil || result.Version != 3 {
			t.Errorf("got %+v, %v, want it accepted: the sum is 4", result, err)
		}
		m.add(-1)
		if result, err := h.Handle(t.Context(), id, 0, command.Request{}); err != nil || result.Version != 4 {
			t.Errorf("got %+v, %v, want the version that the log is at", result, err)
		}
	})
}

// After the database was restored from a backup, the log may lack events that are part of the
// states in memory. The Handler must decide later commands on the events that the log still has.
func TestMemoryOfWhatTheLogHasLost(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		id := uuid.New()
		for range 3 {
			if _, err := h.Handle(t.Context(), id, 3, command.Request{}); err != nil {
				t.Fatal(err)
			}
		}
		m.events = m.events[:1]
		if result, err := h.Handle(t.Context(), id, 7, command.Request{}); err != nil || result.Version != 2 {
			t.Errorf("refused before the loss: got %+v, %v, want it accepted", result, err)
		}
		m.events = m.events[:1]
		if result, err := h.Handle(t.Context(), id, -1, command.Request{}); err != nil || result.Version != 2 {
			t.Errorf("accepted before and after: got %+v, %v", result, err)
		}
		m.base, m.events = 90, []event.Event{added{1}, added{-8}} // after the restore, other processes appended as many events as were lost
		if result, err := h.Handle(t.Context(), id, 9, command.Request{}); err != nil || result.Version != 3 {
			t.Errorf("got %+v, %v, want it decided on the sum of -7", result, err)
		}
	})
}

func TestStateIsHeldInMemory(t *testing.T) {
	t.Parallel()
	m, h := newHandler()
	id := uuid.New()
	for range 3 {
		if _, err := h.Handle(t.Context(), id, 1, command.Request{NewStream: len(m.events) == 0}); err != nil {
			t.Fatal(err)
		}
	}
	if m.loads != 0 {
		t.Errorf("%d loads, want none: the stream was new and nobody else wrote to it", m.loads)
	}
}

// If several processes write to a stream, a Handler reads the new events before it decides a
// command. Otherwise the append of the command would probably conflict.
func TestStreamOfSeveralProcessesIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	m, h := newHandler()
	other, id := command.NewHandler(m, "sum", decide, evolve), uuid.New()
	for i := range 10 {
		for _, process := range []*command.Handler[int, int]{h, other} {
			if _, err := process.Handle(t.Context(), id, 1-2*(i%2), command.Request{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if conflicts := m.appends - 20; conflicts > 2 {
		t.Errorf("%d conflicts, want one a process to learn from at most", conflicts)
	}
	loads := m.loads
	for range 10 { // from now on, no other process appends events
		if _, err := h.Handle(t.Context(), id, -1, command.Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if m.loads > loads+2 {
		t.Errorf("%d loads, want memory trusted again", m.loads-loads)
	}
}

// If another process has appended an event, a Handler applies the event to the state in memory. So
// the Handler's next command does not conflict.
func TestMemoryFollowsOtherProcesses(t *testing.T) {
	t.Parallel()
	m, h := newHandler()
	id := uuid.New()
	heard := func(streamType string, version int64, n int) {
		h.Observe(event.Recorded{StreamType: streamType, StreamID: id, Version: version, Position: m.base + version, Event: added{n}})
	}
	handle := func(n int, version int64) {
		t.Helper()
		if result, err := h.Handle(t.Context(), id, n, command.Request{}); err != nil || result.Version != version {
			t.Fatalf("got %+v, %v, want version %d", result, err, version)
		}
	}
	handle(1, 1)
	m.add(5)
	heard("sum", 2, 5)
	heard("sum", 2, 5) // the same event again
	heard("other", 3, 5)
	loads, appends := m.loads, m.appends
	handle(1, 3)
	if m.loads > loads || m.appends != appends+1 {
		t.Errorf("%d loads and %d appends, want one append on what was heard", m.loads-loads, m.appends-appends)
	}
	m.add(1)
	m.add(1)
	heard("sum", 5, 1) // the handler did not get event 4
	handle(-1, 6)
	if _, err := h.Handle(t.Context(), id, 3, command.Request{}); !rejected(err, "too_much") { // 1 + 5 + 1 + 1 + 1 - 1
		t.Errorf("after a gap: got %v", err)
	}
	h.Observe(event.Recorded{StreamType: "sum", StreamID: id, Version: 7, Event: poisoned{}}) // this event is not in the log
	handle(-1, 7)
}

// A command whose field NewStream is set is decided without reading the stream, because the
// stream's id is new. If the stream has events nevertheless, the append conflicts, and the Handler
// loads the stream.
func TestNewStreamIsCheckedByTheAppend(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		m.add(8)
		if _, err := h.Handle(t.Context(), uuid.New(), 5, command.Request{NewStream: true}); !rejected(err, "too_much") {
			t.Errorf("got %v, want a refusal", err)
		}
	})
}

func TestReplaysAndFirstTimesMeet(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		id := uuid.New()
		old := command.Request{Key: "old", Fingerprint: []byte("a")}
		if _, err := h.Handle(t.Context(), id, 6, old); err != nil {
			t.Fatal(err)
		}
		m.appends = 0
		let := m.hold(1)
		first := send(t, h, id, 1, command.Request{})
		replayed := send(t, h, id, 6, old) // if this command were decided again, it would be refused
		fresh := send(t, h, id, 1, command.Request{Key: "new", Fingerprint: []byte("b")})
		other := send(t, h, id, 0, command.Request{Key: "newer", Fingerprint: []byte("c")})
		let()
		if got := <-replayed; got.err != nil || !got.result.Replayed || got.result.Version != 1 {
			t.Errorf("replay: %+v", got)
		}
		if got := []int64{(<-first).result.Version, (<-fresh).result.Version, (<-other).result.Version}; !slices.Equal(got, []int64{2, 3, 3}) {
			t.Errorf("versions %v, want 2, 3, 3", got)
		}
	})
}

func TestTooManyCommandsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		h.WithMaxCommands(2)
		let, id := m.hold(1), uuid.New()
		first, second := send(t, h, id, 1, command.Request{}), send(t, h, id, 1, command.Request{})
		if _, err := h.Handle(t.Context(), uuid.New(), 1, command.Request{Key: "k"}); !errors.Is(err, event.ErrOverloaded) {
			t.Errorf("got %v, want ErrOverloaded", err)
		}
		let()
		<-first
		<-second
		if _, err := h.Handle(t.Context(), id, 1, command.Request{Key: "k"}); err != nil {
			t.Errorf("there is room again: %v", err)
		}
	})
}

// If a command's caller stops waiting before the append was sent, the command is not decided. If
// the append was already sent, the command takes effect.
func TestGivingUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, id := m.hold(1), uuid.New()
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := h.Handle(hurried, id, 1, command.Request{Key: "sent"})
		_, waiting := h.Handle(hurried, id, 2, command.Request{})
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(waiting, context.DeadlineExceeded) {
			t.Errorf("got %v and %v, want the deadline", err, waiting)
		}
		if !errors.Is(err, event.ErrUnknownOutcome) || !errors.Is(waiting, event.ErrUnavailable) {
			t.Errorf("got %v and %v, want an unknown outcome for what was sent, and that nothing was done for the other", err, waiting)
		}
		if _, err := h.Handle(t.Context(), id, 1, command.Request{Key: "sent"}); !errors.Is(err, once.ErrKeyInUse) {
			t.Errorf("got %v, want ErrKeyInUse: what was sent is still on its way", err)
		}
		let()
		synctest.Wait()
		if want := []event.Event{added{1}}; !slices.Equal(m.events, want) {
			t.Errorf("got %v, want %v", m.events, want)
		}
	})
}

func total(counts []int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}
