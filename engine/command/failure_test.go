package command_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

func TestPanicIsOneCommandsAlone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, id := m.hold(1), uuid.New()
		first := send(t, h, id, 1, command.Request{})
		bad, good := send(t, h, id, panics, command.Request{Key: "k"}), send(t, h, id, 1, command.Request{})
		let()
		if got := <-bad; got.err == nil || errors.Is(got.err, event.ErrConflict) {
			t.Errorf("got %+v, want the panic as an error", got)
		}
		if got := []int64{(<-first).result.Version, (<-good).result.Version}; !slices.Equal(got, []int64{1, 2}) {
			t.Errorf("versions %v, want 1 and 2", got)
		}
		if _, err := h.Handle(t.Context(), id, 1, command.Request{Key: "k"}); err != nil {
			t.Errorf("its key is not free again: %v", err)
		}
	})
}

// If the database refuses the content of one command's append, the other commands of the same group
// (commands that are decided together) still succeed.
func TestRefusedAppendIsOneCommandsAlone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, id := m.hold(1), uuid.New()
		first := send(t, h, id, 1, command.Request{})
		bad, good := send(t, h, id, unstorable, command.Request{}), send(t, h, id, 1, command.Request{})
		let()
		if got := <-bad; !errors.Is(got.err, errUnstorable) {
			t.Errorf("got %+v, want the database's error", got)
		}
		if got := []int64{(<-first).result.Version, (<-good).result.Version}; !slices.Equal(got, []int64{1, 2}) {
			t.Errorf("versions %v, want 1 and 2", got)
		}
	})
}

// If an append fails because the database can't be reached, every command of the group (commands
// that are decided together) gets the error as its answer. Even commands that Decide has refused
// get this error, because they were refused on a state that did not become durable. The Handler
// does not try to append the commands of the group one by one.
func TestOutageIsTheWholeGroups(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, h *command.Handler[int, int]) {
		let, letGroup, id := m.hold(1), m.hold(2), uuid.New()
		first := send(t, h, id, 1, command.Request{})
		accepted, refused := send(t, h, id, 7, command.Request{}), send(t, h, id, 9, command.Request{})
		let()
		<-first
		m.failure = event.ErrUnknownOutcome
		letGroup()
		if got := <-accepted; !errors.Is(got.err, event.ErrUnknownOutcome) {
			t.Errorf("got %+v, want the outage", got)
		}
		if got := <-refused; !errors.Is(got.err, event.ErrUnavailable) { // no append contains this command
			t.Errorf("got %+v, want the outage", got)
		}
		if m.appends != 2 {
			t.Errorf("%d appends, want 2", m.appends)
		}
		m.failure = nil
		if result, err := h.Handle(t.Context(), id, 1, command.Request{}); err != nil || result.Version != 2 {
			t.Errorf("got %+v, %v, want it decided on what is in the log", result, err)
		}
	})
}

// slowToLoad is a fake log. Its method Load waits until the test opens the channel gate.
type slowToLoad struct {
	*memory
	gate chan struct{}
}

func (s slowToLoad) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	<-s.gate
	return s.memory.Load(ctx, streamType, id, after, each)
}

// If a command's stream can't be read in time, no append is sent to the database. The command has
// no effect, and can't take effect later.
func TestTimeIsUpBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, m *memory, _ *command.Handler[int, int]) {
		slow := slowToLoad{m, make(chan struct{})}
		h, id := command.NewHandler(slow, "sum", decide, evolve), uuid.New()
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Handle(hurried, id, 1, command.Request{}); !errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
		close(slow.gate)
		synctest.Wait()
		if len(m.events) > 0 {
			t.Errorf("%v was appended", m.events)
		}
	})
}
