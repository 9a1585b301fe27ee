package line

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// maxGroup bounds how many commands of one stream are decided together.
const maxGroup = 256

// Lines are the commands that wait, by stream. One goroutine serves a line: what
// arrives while it has a group in hand is its next group.
type Lines[C any] struct {
	most    int
	mu      sync.Mutex
	count   int                         // commands that have no answer yet
	waiting map[uuid.UUID][]*Command[C] // an entry while somebody serves the line
}

// New makes Lines that at most so many commands wait in.
func New[C any](most int) *Lines[C] {
	return &Lines[C]{most: most, waiting: make(map[uuid.UUID][]*Command[C])}
}

// AtMost sets how many commands may wait, before the first does.
func (l *Lines[C]) AtMost(most int) { l.most = most }

// Join adds a command to its stream's line, where it waits until ctx ends. The caller that is first
// has the line served.
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

// Next takes the commands at the head of a line, in order. An empty group is the
// end of the line: the command that joins now is first.
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

// Answer gives a command its one answer.
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
