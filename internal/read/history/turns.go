package history

import (
	"context"
	"fmt"
	"sync"

	"example.com/pgcqrs/engine/event"
)

// mostTurns is how many long accounts are read at once: each costs as much as hundreds of other
// reads, which must get through beside them.
const mostTurns = 2

// turns bounds how many work at once: one of each subject, and mostTurns of all.
type turns struct {
	all chan struct{}
	mu  sync.Mutex
	of  map[string]*turn // only of subjects with somebody who has one or waits
}

type turn struct {
	place chan struct{}
	users int
}

func newTurns() *turns {
	return &turns{all: make(chan struct{}, mostTurns), of: make(map[string]*turn)}
}

// take waits for a turn, which leave ends.
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
		return fmt.Errorf("wait for others that read long accounts: %w: %w", event.ErrUnavailable, ctx.Err())
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
