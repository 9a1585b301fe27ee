package command_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// tooLong is a fake log that is slow: each Load reads only a limited number of events before its
// time is up.
type tooLong struct {
	*memory
	most int
	read int // number of events read by all loads
}

func (l *tooLong) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	left := l.most
	return l.memory.Load(ctx, streamType, id, after, func(e event.Recorded) error {
		if left == 0 {
			return context.DeadlineExceeded
		}
		left--
		l.read++
		return each(e)
	})
}

// If reading a stream takes longer than the time limit of one command, several commands read the
// stream, one after another. Each command continues where the previous command has stopped. Each of
// these commands gets an answer that says that nothing was done. No command is decided on only a
// part of the stream.
func TestLongStreamIsReadInSteps(t *testing.T) {
	t.Parallel()
	for name, streams := range map[string]int{"cached": 100, "uncached": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _ := newHandler()
			for range 95 {
				m.add(0)
			}
			for range 5 {
				m.add(1)
			}
			log := &tooLong{memory: m, most: 10}
			h, id := command.NewHandler(log, "sum", decide, evolve).WithKeepStates(streams), uuid.New()
			attempts := 1
			for ; attempts <= 20; attempts++ {
				_, err := h.Handle(t.Context(), id, 6, command.Request{}) // the command would be accepted if it were decided on a part of the stream
				if rejected(err, "too_much") {
					break
				}
				if !errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) {
					t.Fatalf("got %v, want ErrUnavailable", err)
				}
			}
			if attempts > 13 || log.read > 130 || m.appends > 0 {
				t.Errorf("it took %d attempts, %d events and %d appends", attempts, log.read, m.appends)
			}
		})
	}
}

// If a command's idempotency key has an answer, the Handler returns that answer without reading
// more of the stream.
func TestKeyOfAStreamThatIsReadInSteps(t *testing.T) {
	t.Parallel()
	m, _ := newHandler()
	log := &tooLong{memory: m, most: 10}
	h, id, r := command.NewHandler(log, "sum", decide, evolve).WithKeepStates(0), uuid.New(), command.Request{Key: "k", Fingerprint: []byte("a")}
	if _, err := h.Handle(t.Context(), id, 1, r); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		m.add(0)
	}
	if _, err := h.Handle(t.Context(), id, 1, command.Request{}); !errors.Is(err, event.ErrUnavailable) {
		t.Fatalf("got %v, want ErrUnavailable", err)
	}
	if again, err := h.Handle(t.Context(), id, 1, r); err != nil || !again.Replayed {
		t.Errorf("got %+v, %v, want the first answer", again, err)
	}
}

// A process has read a part of a stream, and the log then loses the last event of this part. No
// command may be decided on the part that was read.
func TestPartOfAStreamThatWentBack(t *testing.T) {
	t.Parallel()
	m, _ := newHandler()
	for range 20 {
		m.add(1) // the log loses these events; with them, every command would be refused
	}
	log := &tooLong{memory: m, most: 15}
	h, id := command.NewHandler(log, "sum", decide, evolve), uuid.New()
	if _, err := h.Handle(t.Context(), id, 1, command.Request{}); !errors.Is(err, event.ErrUnavailable) {
		t.Fatalf("got %v, want ErrUnavailable", err)
	}
	m.mu.Lock()
	m.events, m.base = nil, 200
	m.mu.Unlock()
	for range 14 {
		m.add(0)
	}
	result, err := h.Handle(t.Context(), id, 1, command.Request{})
	if err != nil || result.Version != 15 {
		t.Errorf("got %+v, %v, want it decided on what the log has now", result, err)
	}
}
