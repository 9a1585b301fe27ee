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

// OfLog is a value for the parameter projection of Wait. With OfLog, Wait waits until the log
// itself has reached the position. Wait reads the log on the server to which the pool connects,
// which may be a replica.
const OfLog = "events"

// Poller waits until a projection has reached a position. One poll of the database serves all
// waiting queries. A Poller does not use LISTEN and NOTIFY, for two reasons. A replica does not
// support LISTEN, and a NOTIFY for every batch of a projection would slow down all commits.
type Poller struct {
	pool    *pgxpool.Pool
	mu      sync.Mutex
	waiters map[*waiter]struct{}
	polling bool
}

type waiter struct {
	projection string
	position   int64
	reach      int64 // number of positions by which the log can grow before the deadline of the query
	since      time.Time
	done       chan error
}

// mostAppended is an upper limit for the number of events that are added to the log in one second,
// by appends on the primary or by replay on a replica.
const mostAppended = 100_000

// NewPoller returns a Poller. The pool must be the pool on which the queries of the service run.
func NewPoller(pool *pgxpool.Pool) *Poller {
	return &Poller{pool: pool, waiters: make(map[*waiter]struct{})}
}

// Wait waits until the projection has reached the position, and then returns nil. If ctx ends
// before that, Wait returns the error of ctx. If the position is so far beyond the last event that
// the log can't reach it before the deadline of ctx, Wait returns event.ErrBeyondLog without
// waiting for the deadline.
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

// poll reads positions again and again, and wakes waiting queries, until no query waits. poll
// ignores a failed read, because each waiting query has a time limit.
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

// look reads the position of every projection that is not stopped, and the position of the log's
// last event. (A projection is stopped if its checkpoint was ahead of the log.)
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

// tell wakes the queries whose position is reached, or can't be reached in time. tell returns the
// pause before the next read of positions. If a query has just begun to wait, the pause is short,
// because most projections reach a new position within milliseconds. The result more reports
// whether a query still waits.
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
