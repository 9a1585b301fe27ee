package write

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// turns lets one command at a time work on a stream.
type turns struct {
	mu      sync.Mutex
	waiting map[uuid.UUID]*turn
}

type turn struct {
	free  chan struct{} // holds a value while nobody is on the stream
	users int           // on it or waiting: the last one removes it
}

// enter waits for the stream, or for the end of ctx.
func (t *turns) enter(ctx context.Context, id uuid.UUID) (leave func(), err error) {
	mine := t.join(id)
	select {
	case <-mine.free:
		return func() {
			mine.free <- struct{}{}
			t.part(id, mine)
		}, nil
	case <-ctx.Done():
		t.part(id, mine)
		return nil, ctx.Err()
	}
}

func (t *turns) join(id uuid.UUID) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := t.waiting[id]
	if mine == nil {
		mine = &turn{free: make(chan struct{}, 1)}
		mine.free <- struct{}{}
		t.waiting[id] = mine
	}
	mine.users++
	return mine
}

func (t *turns) part(id uuid.UUID, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.users--; mine.users == 0 {
		delete(t.waiting, id)
	}
}
