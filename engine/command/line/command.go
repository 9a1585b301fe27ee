package line

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Command is one on its way to its answer, with what its request says of it.
type Command[C any] struct {
	Body        C
	NewStream   bool // the stream's id was made for this command: nobody else knows it
	IfMatch     event.Precondition
	Key         string // of idempotency; "": none
	Fingerprint []byte
	Metadata    event.Metadata
	Answered    bool      // it has its answer
	Until       time.Time // nobody waits for it later; zero: nobody knows

	gone   <-chan struct{} // closed when nobody waits for the answer any more
	stage  atomic.Int32
	answer chan Answer
}

// Answer is where a command left its stream, or why it did nothing.
type Answer struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // the first answer to this key, again
	Err      error
}

// Where a command is. The caller that waits for it may withdraw it while no append has it: nothing
// was done then, and nothing will be.
const (
	waiting   int32 = iota // or being decided anew
	taken                  // an append may have it
	withdrawn              // nobody appends anything for it any more
)

// wait has the command's answer waited for until ctx ends.
func (c *Command[C]) wait(ctx context.Context) {
	c.gone, c.answer = ctx.Done(), make(chan Answer, 1)
	c.Until, _ = ctx.Deadline()
}

// Withdraw keeps a command from being appended, and fails if it may have been.
func (c *Command[C]) Withdraw() bool { return c.stage.CompareAndSwap(waiting, withdrawn) }

// Take has a command appended, and fails if nobody waits for it any more.
func (c *Command[C]) Take() bool {
	if c.isGone() {
		c.Withdraw()
	}
	return c.stage.CompareAndSwap(waiting, taken) || c.stage.Load() == taken
}

// PutBack says that nothing was appended for a command.
func (c *Command[C]) PutBack() { c.stage.CompareAndSwap(taken, waiting) }

func (c *Command[C]) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// Await returns the command's answer, or, once ctx has ended, what is known of the command.
func (c *Command[C]) Await(ctx context.Context) Answer {
	select {
	case a := <-c.answer:
		return a
	case <-ctx.Done():
		return c.outOfTime(ctx)
	}
}

// lastWord is how much longer a command is waited for that may have been appended: its
// append ends at the same time as the wait.
const lastWord = 500 * time.Millisecond

// outOfTime returns the answer to a command that is not waited for any more.
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
	if errors.Is(ctx.Err(), context.Canceled) { // nobody hears it
		wait = 0
	}
	select {
	case a := <-c.answer:
		return a
	case <-time.After(wait):
		return Answer{Err: fmt.Errorf("%w: its time was up: %w", event.ErrUnknownOutcome, ctx.Err())}
	}
}
