package line

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Hold waits until all earlier commands on a stream are executed, and then gets the stream's line.
// No other command of the line is executed until the caller calls Release, once. If ctx ends first,
// Hold returns event.ErrUnavailable, and the caller must not call Release. A caller that holds
// several lines must call Hold in the order of the streams' ids. Otherwise two callers could wait
// for each other forever.
func (l *Lines[C]) Hold(ctx context.Context, id uuid.UUID) error {
	l.mu.Lock()
	line, busy := l.waiting[id]
	if !busy {
		l.waiting[id] = nil
		l.mu.Unlock()
		return nil
	}
	hold := &Command[C]{granted: make(chan struct{})}
	l.waiting[id] = append(line, hold)
	l.mu.Unlock()
	select {
	case <-hold.granted:
		return nil
	case <-ctx.Done():
	}
	if l.leaveLine(id, hold) {
		return fmt.Errorf("%w: its time was up: %w", event.ErrUnavailable, ctx.Err())
	}
	return nil // the line was given to the caller at the same time as ctx ended
}

// Release gives back a line that Hold has got. If the result serve is true, commands wait, and the
// caller must start a goroutine that executes the commands of the line.
func (l *Lines[C]) Release(id uuid.UUID) (serve bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting[id]) == 0 {
		delete(l.waiting, id)
		return false
	}
	return !l.grant(id)
}

// leaveLine removes a call of Hold from a queue. If the call has already got the line, leaveLine
// returns false.
func (l *Lines[C]) leaveLine(id uuid.UUID, hold *Command[C]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.waiting[id], hold)
	if at < 0 {
		return false
	}
	l.waiting[id] = slices.Concat(l.waiting[id][:at], l.waiting[id][at+1:])
	return true
}
