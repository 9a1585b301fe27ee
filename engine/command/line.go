package command

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// maxGroup bounds how many commands of one stream are decided together.
const maxGroup = 256

// command is one on its way to its answer.
type command[C any] struct {
	body C
	Request
	gone     <-chan struct{} // closed when nobody waits for the answer any more
	until    time.Time       // when that will be at the latest; zero: nobody knows
	stage    atomic.Int32
	answered chan answer
	settled  bool // answered has its answer
}

// Where a command is. Whoever waits for it may withdraw it while no append has it: nothing
// was done then, and nothing will be.
const (
	waiting   int32 = iota // or being decided anew
	taken                  // an append may have it
	withdrawn              // nobody appends anything for it any more
)

// withdraw keeps a command from being appended, and fails if it may have been.
func (c *command[C]) withdraw() bool { return c.stage.CompareAndSwap(waiting, withdrawn) }

// take has a command appended, and fails if nobody waits for it any more.
func (c *command[C]) take() bool {
	if c.isGone() {
		c.withdraw()
	}
	return c.stage.CompareAndSwap(waiting, taken) || c.stage.Load() == taken
}

// putBack says that nothing was appended for a command.
func (c *command[C]) putBack() { c.stage.CompareAndSwap(taken, waiting) }

// lastWord is how much longer a command is waited for that may have been appended: its
// append ends at the same time as the wait.
const lastWord = 500 * time.Millisecond

// outOfTime is the answer to a command that is not waited for any more.
func (c *command[C]) outOfTime(ctx context.Context) (Result, error) {
	select {
	case a := <-c.answered:
		return a.result, a.err
	default:
	}
	if c.stage.Load() == withdrawn || c.withdraw() {
		return Result{}, fmt.Errorf("%w: its time was up: %w", event.ErrUnavailable, ctx.Err())
	}
	wait := lastWord
	if errors.Is(ctx.Err(), context.Canceled) { // nobody hears it
		wait = 0
	}
	select {
	case a := <-c.answered:
		return a.result, a.err
	case <-time.After(wait):
		return Result{}, fmt.Errorf("%w: its time was up: %w", event.ErrUnknownOutcome, ctx.Err())
	}
}

type answer struct {
	result Result
	err    error
}

func (c *command[C]) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// lines are the commands that wait, by stream. One goroutine serves a line: what
// arrives while it has a group in hand is its next group.
type lines[C any] struct {
	most    int
	mu      sync.Mutex
	count   int                         // commands that have no answer yet
	waiting map[uuid.UUID][]*command[C] // an entry while somebody serves the line
}

func newLines[C any](most int) *lines[C] {
	return &lines[C]{most: most, waiting: make(map[uuid.UUID][]*command[C])}
}

// join adds a command to its stream's line. Whoever is first has it served.
func (l *lines[C]) join(id uuid.UUID, c *command[C]) (first bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count >= l.most {
		return false, event.ErrOverloaded
	}
	l.count++
	line, served := l.waiting[id]
	l.waiting[id] = append(line, c)
	return !served, nil
}

// next takes the commands at the head of a line, in order. An empty group is the
// end of the line: whoever joins now is first.
func (l *lines[C]) next(id uuid.UUID) []*command[C] {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.waiting[id]
	if len(line) == 0 {
		delete(l.waiting, id)
		return nil
	}
	size := min(len(line), maxGroup)
	l.waiting[id] = line[size:]
	return line[:size:size]
}

// leave says that commands have their answers.
func (l *lines[C]) leave(commands int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count -= commands
}
