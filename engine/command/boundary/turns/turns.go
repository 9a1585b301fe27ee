package turns

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"example.com/pgcqrs/engine/event"
)

// Turns has a turn for each tag over which a command of this process decides.
type Turns struct {
	most int

	mu    sync.Mutex
	count int // commands that wait or run
	turns map[string]*turn
}

// turn is the turn of one tag.
type turn struct {
	free  chan struct{} // has a value while no command has the turn
	users int           // commands that have the turn or wait for it
}

// New returns a Turns. At most the given number of commands may wait or run at the same time.
func New(most int) *Turns { return &Turns{most: most, turns: make(map[string]*turn)} }

// Take waits until no other command has the turn of any of the given tags, and then takes these
// turns. The caller must call the returned function leave when its command is decided. If too many
// commands wait, Take returns event.ErrOverloaded. If ctx ends first, Take returns
// event.ErrUnavailable.
func (t *Turns) Take(ctx context.Context, tags []string) (leave func(), err error) {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	tags = slices.Compact(tags)
	all := t.join(tags)
	if all == nil {
		return nil, event.ErrOverloaded
	}
	for n, one := range all {
		select {
		case <-one.free:
		case <-ctx.Done():
			t.leave(tags, all, n)
			return nil, fmt.Errorf("%w: it waited for its turn: %w", event.ErrUnavailable, ctx.Err())
		}
	}
	return func() { t.leave(tags, all, len(all)) }, nil
}

// join returns the turns of tags, and counts the command as a user of these turns. If too many
// commands wait, join returns nil.
func (t *Turns) join(tags []string) []*turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count == t.most {
		return nil
	}
	t.count++
	all := make([]*turn, 0, len(tags))
	for _, tag := range tags {
		one := t.turns[tag]
		if one == nil {
			one = &turn{free: make(chan struct{}, 1)}
			one.free <- struct{}{}
			t.turns[tag] = one
		}
		one.users++
		all = append(all, one)
	}
	return all
}

// leave gives back the turns that the command has got. These are the first turns of the list all;
// the parameter taken is their number. leave then forgets the turns that no command uses any more.
func (t *Turns) leave(tags []string, all []*turn, taken int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
	for n, one := range all {
		if n < taken {
			one.free <- struct{}{}
		}
		if one.users--; one.users == 0 {
			delete(t.turns, tags[n])
		}
	}
}
