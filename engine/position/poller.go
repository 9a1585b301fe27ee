package position

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/logsql"
)

// OfLog is the name of the log itself among the positions to wait for. Its position is that of the
// database that the pool reads from, perhaps a replica.
const OfLog = "events"

// Poller waits until a projection has reached a position. It polls once for all waiting queries: a
// replica accepts no LISTEN, and a NOTIFY for every projected batch would slow every commit down.
type Poller struct {
	pool    *pgxpool.Pool
	mu      sync.Mutex
	waiters map[*waiter]struct{}
	polling bool
}

type waiter struct {
	projection string
	position   int64
	reach      int64 // how far the log can grow before the longest wait ends
	since      time.Time
	done       chan error
}

// mostAppended is more than is appended in a second, or replayed in a second by a replica that is
// behind.
const mostAppended = 100_000

// NewPoller returns a Poller on the pool that the reads use.
func NewPoller(pool *pgxpool.Pool) *Poller {
	return &Poller{pool: pool, waiters: make(map[*waiter]struct{})}
}

// Wait returns nil once the projection is at the position, and ctx's error if it does not get there
// in time. It does not wait for a position so far above the log's head that it can't be reached in
// time: that is event.ErrBeyondLog.
func (p *Poller) Wait(ctx context.Context, projection string, position int64) error {
	w := &waiter{projection, position, math.MaxInt64, time.Now(), make(chan error, 1)}
	if deadline, ok := ctx.Deadline(); ok {
		w.reach = int64(deadline.Sub(w.since).Seconds() * mostAppended)
	}
	p.enter(w)
	defer p.leave(w)
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Poller) enter(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiters[w] = struct{}{}
	if !p.polling {
		p.polling = true
		go p.poll()
	}
}

func (p *Poller) leave(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiters, w)
}

// poll runs while a query waits. A failed look counts as no news: each wait has a time limit of its
// own.
func (p *Poller) poll() {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		positions, _ := p.look(ctx)
		cancel()
		pause, more := p.tell(positions)
		if !more {
			return
		}
		time.Sleep(pause)
	}
}

// look reads the position of every projection and of the log.
func (p *Poller) look(ctx context.Context) (map[string]int64, error) {
	const sql = `
		SELECT projection, position FROM checkpoints WHERE ahead_of IS NULL -- else it holds what the log has not
		UNION ALL
		SELECT 'events', ` + logsql.Head
	rows, err := p.pool.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("read positions: %w", err)
	}
	positions := make(map[string]int64)
	var name string
	var position int64
	_, err = pgx.ForEachRow(rows, []any{&name, &position}, func() error {
		positions[name] = position
		return nil
	})
	return positions, err
}

// tell wakes waits whose position is reached, or can't be reached, and returns the pause before the
// next look. It is short while a wait has just begun, since most projections follow within
// milliseconds.
func (p *Poller) tell(positions map[string]int64) (pause time.Duration, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pause = 25 * time.Millisecond
	head, looked := positions[OfLog]
	for w := range p.waiters {
		position, ok := positions[w.projection]
		switch {
		case ok && position >= w.position:
			w.done <- nil
			delete(p.waiters, w)
		case looked && w.position-head > w.reach:
			w.done <- event.ErrBeyondLog
			delete(p.waiters, w)
		case time.Since(w.since) < 100*time.Millisecond:
			pause = time.Millisecond
		}
	}
	p.polling = len(p.waiters) > 0
	return pause, p.polling
}
