package line

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// maxGroup bounds how many commands of one stream are decided together.
const maxGroup = 256

// Lines holds the waiting commands, by stream. One goroutine serves a line: commands that arrive
// while it works on a group are its next group.
type Lines[C any] struct {
	most    int
	mu      sync.Mutex
	count   int                         // commands without an answer
	waiting map[uuid.UUID][]*Command[C] // has an entry while a goroutine serves the line
}

// New returns Lines in which at most that many commands wait.
func New[C any](most int) *Lines[C] {
	return &Lines[C]{most: most, waiting: make(map[uuid.UUID][]*Command[C])}
}

// AtMost sets how many commands may wait. It must be called before the first command joins.
func (l *Lines[C]) AtMost(most int) { l.most = most }

// Join adds a command to its stream's line, where it waits until ctx ends. If first is true, the
// caller must have the line served.
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

// Next takes the commands at the head of a line, in order. If it returns none, the line has ended,
// and the next command that joins is first.
func (l *Lines[C]) Next(id uuid.UUID) []*Command[C] {
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

// Answer answers a command, once.
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
