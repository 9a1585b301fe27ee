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

// Command is a command on its way to its answer, with what its request says about it.
type Command[C any] struct {
	Body        C
	NewStream   bool // the stream's id was made for this command: no other client knows it
	IfMatch     event.Precondition
	Key         string // idempotency key; "": none
	Fingerprint []byte
	Metadata    event.Metadata
	Answered    bool      // it has an answer
	Until       time.Time // when its caller stops waiting; zero: not known

	gone   <-chan struct{} // closed when the caller stops waiting for the answer
	stage  atomic.Int32
	answer chan Answer
}

// Answer says at which version a command left its stream, or why it did nothing.
type Answer struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // it is the first answer to this key, given again
	Err      error
}

// Stages of a command. The caller that waits for it may withdraw it while no append contains it:
// nothing was done then, and nothing will be.
const (
	waiting   int32 = iota // or decided again
	taken                  // an append may contain it
	withdrawn              // no append will contain it
)

// wait notes that the caller waits until ctx ends.
func (c *Command[C]) wait(ctx context.Context) {
	c.gone, c.answer = ctx.Done(), make(chan Answer, 1)
	c.Until, _ = ctx.Deadline()
}

// Withdraw keeps a command from being appended, and returns false if it may have been appended.
func (c *Command[C]) Withdraw() bool { return c.stage.CompareAndSwap(waiting, withdrawn) }

// Take marks a command as being appended, and returns false if its caller has stopped waiting.
func (c *Command[C]) Take() bool {
	if c.isGone() {
		c.Withdraw()
	}
	return c.stage.CompareAndSwap(waiting, taken) || c.stage.Load() == taken
}

// PutBack notes that nothing was appended for a command.
func (c *Command[C]) PutBack() { c.stage.CompareAndSwap(taken, waiting) }

func (c *Command[C]) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// Await returns the command's answer, or, once ctx has ended, what is known about the command.
func (c *Command[C]) Await(ctx context.Context) Answer {
	select {
	case a := <-c.answer:
		return a
	case <-ctx.Done():
		return c.outOfTime(ctx)
	}
}

// lastWord is how much longer to wait for a command that may have been appended: its append ends at
// the same time as the wait.
const lastWord = 500 * time.Millisecond

// outOfTime returns the answer to a command for which the caller stops waiting.
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
	if errors.Is(ctx.Err(), context.Canceled) { // the client has gone
		wait = 0
	}
	select {
	case a := <-c.answer:
		return a
	case <-time.After(wait):
		return Answer{Err: fmt.Errorf("%w: its time was up: %w", event.ErrUnknownOutcome, ctx.Err())}
	}
}
