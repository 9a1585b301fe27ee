package line

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
)

// Command is a command that waits for its answer, with the data of its request.
type Command[C any] struct {
	Body        C
	NewStream   bool // whether the stream's id was generated for this command, so that no other client knows the id
	IfMatch     event.Precondition
	Key         string // idempotency key; "": the command has no key
	Fingerprint []byte
	Metadata    event.Metadata
	Identity    uuid.UUID  // gives the events their ids; uuid.Nil: they get new ids
	Span        trace.Span // the span of the caller; it may be nil
	Answered    bool       // whether the command has an answer
	Until       time.Time  // when the caller stops waiting; zero: the caller has no deadline

	gone   <-chan struct{} // closed when the caller stops waiting for the answer
	stage  atomic.Int32
	answer chan Answer

	granted chan struct{} // closed when Hold gets the line; nil: the command is no call of Hold
}

// Answer has the version of the stream after a command, or the reason why the command had no
// effect.
type Answer struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // whether this is the stored first answer of the key
	Err      error
}

// Stages of a command. The caller may withdraw a command while no append contains the command. A
// withdrawn command has no effect, and can't take effect later.
const (
	waiting   int32 = iota // the command waits to be decided, perhaps not for the first time
	taken                  // an append may contain the command
	withdrawn              // no append will ever contain the command
)

// wait records that the caller waits for the answer until ctx ends.
func (c *Command[C]) wait(ctx context.Context) {
	c.gone, c.answer = ctx.Done(), make(chan Answer, 1)
	c.Span = trace.SpanFromContext(ctx)
	c.Until, _ = ctx.Deadline()
}

// Withdraw makes sure that no append will contain the command, and returns true. If an append may
// already contain the command, Withdraw does nothing and returns false.
func (c *Command[C]) Withdraw() bool { return c.stage.CompareAndSwap(waiting, withdrawn) }

// Take records that a command is in an append, and returns true. If the caller of the command has
// stopped waiting, Take withdraws the command and returns false.
func (c *Command[C]) Take() bool {
	if c.isGone() {
		c.Withdraw()
	}
	return c.stage.CompareAndSwap(waiting, taken) || c.stage.Load() == taken
}

// PutBack undoes Take: it records that the command is in no append, because nothing was appended
// for the command.
func (c *Command[C]) PutBack() { c.stage.CompareAndSwap(taken, waiting) }

func (c *Command[C]) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// Await waits for the command's answer and returns it. If ctx ends before that, Await returns an
// error that says whether the command may still take effect.
func (c *Command[C]) Await(ctx context.Context) Answer {
	select {
	case a := <-c.answer:
		return a
	case <-ctx.Done():
		return c.outOfTime(ctx)
	}
}

// lastWord is how long Await continues to wait after ctx has ended, if an append may contain the
// command. The append ends at the same time as ctx, so the outcome of the append will soon be
// known.
const lastWord = 500 * time.Millisecond

// outOfTime returns the error for a command whose caller has stopped waiting.
func (c *Command[C]) outOfTime(ctx context.Context) Answer {
	select {
	case a := <-c.answer:
		return a
	default:
	}
	if c.stage.Load() == withdrawn || c.Withdraw() {
		return Answer{Err: fmt.Errorf("%w: its time was up: %w", event.ErrUnavailable, ctx.Err())}
	}
	wait := lastWord
	if errors.Is(ctx.Err(), context.Canceled) { // the client has closed the request
		wait = 0
	}
	select {
	case a := <-c.answer:
		return a
	case <-time.After(wait):
		return Answer{Err: fmt.Errorf("%w: its time was up: %w", event.ErrUnknownOutcome, ctx.Err())}
	}
}
