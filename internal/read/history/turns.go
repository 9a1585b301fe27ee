package history

import (
	"context"
	"fmt"
	"sync"

	"example.com/pgcqrs/engine/event"
)

// mostTurns is the maximum number of long accounts that are read at the same time. Such a read
// costs as much as hundreds of ordinary reads, and must not delay ordinary reads.
const mostTurns = 2

// turns limits concurrent reads of long accounts: one read for each subject, and mostTurns in
// total.
type turns struct {
	all chan struct{}
	mu  sync.Mutex
	of  map[string]*turn // has only the subjects that have a slot or wait for one
}

type turn struct {
	place chan struct{}
	users int
}

func newTurns() *turns {
	return &turns{all: make(chan struct{}, mostTurns), of: make(map[string]*turn)}
}

// take waits until the subject gets a read slot. The caller must call leave to free the slot.
func (t *turns) take(ctx context.Context, subject string) (leave func(), err error) {
	own := t.enter(subject)
	if err := waitFor(ctx, own.place); err != nil {
		t.leave(subject)
		return nil, err
	}
	if err := waitFor(ctx, t.all); err != nil {
		<-own.place
		t.leave(subject)
		return nil, err
	}
	return func() {
		<-t.all
		<-own.place
		t.leave(subject)
	}, nil
}

func waitFor(ctx context.Context, place chan<- struct{}) error {
	select {
	case place <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for other reads of long accounts: %w: %w", event.ErrUnavailable, ctx.Err())
	}
}

func (t *turns) enter(subject string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.of[subject]
	if own == nil {
		own = &turn{place: make(chan struct{}, 1)}
		t.of[subject] = own
	}
	own.users++
	return own
}

func (t *turns) leave(subject string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if own := t.of[subject]; own.users > 1 {
		own.users--
	} else {
		delete(t.of, subject)
	}
}
