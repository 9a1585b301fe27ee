package line

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// maxGroup limits how many commands of one stream are decided together.
const maxGroup = 256

// Lines has a queue, called a line, for each stream on which commands wait. One goroutine per line
// executes the commands in groups. Commands that arrive while the goroutine executes a group form
// the next group.
type Lines[C any] struct {
	most    int
	mu      sync.Mutex
	count   int                         // number of commands without an answer
	waiting map[uuid.UUID][]*Command[C] // the lines; a stream has an entry as long as a goroutine executes its commands
}

// New returns Lines without commands. The parameter most is the largest number of commands that may
// wait.
func New[C any](most int) *Lines[C] {
	return &Lines[C]{most: most, waiting: make(map[uuid.UUID][]*Command[C])}
}

// AtMost sets the largest number of commands that may wait. AtMost must be called before the first
// call of Join.
func (l *Lines[C]) AtMost(most int) { l.most = most }

// Join adds a command to the queue of its stream. The caller waits for the answer until ctx ends.
// If the result first is true, the caller must start a goroutine that executes the commands of the
// queue. If too many commands wait, Join fails with event.ErrOverloaded.
func (l *Lines[C]) Join(ctx context.Context, id uuid.UUID, c *Command[C]) (first bool, err error) {
	c.wait(ctx)
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

// Next removes the first commands from the queue of a stream and returns them in order. If no
// command waits, Next returns nil and deletes the queue. The next call of Join for the stream then
// makes a new queue and returns true. If a call of Hold is first in the queue, Next gives the line
// to this call and returns nil. Then the goroutine that executes the commands ends. The result of
// Release says whether a new goroutine must be started.
func (l *Lines[C]) Next(id uuid.UUID) []*Command[C] {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.waiting[id]
	if len(line) == 0 {
		delete(l.waiting, id)
		return nil
	}
	if l.grant(id) {
		return nil
	}
	size := min(len(line), maxGroup)
	if next := slices.IndexFunc(line, isHold); next > 0 {
		size = min(size, next)
	}
	l.waiting[id] = line[size:]
	return line[:size:size]
}

// Answer sends a command its answer. Answer must be called once per command.
func (l *Lines[C]) Answer(c *Command[C], a Answer) {
	c.Answered = true
	l.leave()
	c.answer <- a
}

func (l *Lines[C]) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count--
}

// grant gives a line to the first call of Hold in its queue. If a command is first in the queue,
// grant returns false.
func (l *Lines[C]) grant(id uuid.UUID) bool {
	line := l.waiting[id]
	if !isHold(line[0]) {
		return false
	}
	l.waiting[id] = line[1:]
	close(line[0].granted)
	return true
}

func isHold[C any](c *Command[C]) bool { return c.granted != nil }
