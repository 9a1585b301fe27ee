package write

import (
	"sync"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// maxGroup bounds how many commands of one stream are decided together.
const maxGroup = 256

// command is one on its way to its answer.
type command[C any] struct {
	body C
	Request
	gone     <-chan struct{} // closed when nobody waits for the answer any more
	answered chan answer
	settled  bool // answered has its answer
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
		return false, events.ErrOverloaded
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
