package projection

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
)

// Lag is how far a projection is behind the log.
type Lag struct {
	Projection string
	Position   int64           // of the projection
	Events     int64           // in the log and not projected
	Age        time.Duration   // since the oldest of these was seen in the log; 0 if there is none
	Differs    int64           // ranges in which an audit has found other events than the log has, until it is settled
	Unaudited  time.Duration   // since the oldest batch was applied that no audit has seen; 0 if there is none
	Unmoved    time.Duration   // with events waiting and the position standing still
	Ahead      bool            // it was stopped, with a checkpoint ahead of the log, until an operator decides
	Holder     database.Holder // who runs it; only looked at while it is stuck
}

// lagRow is what the database knows of it. It knows the time by a clock that somebody may
// set, and no age of a projection comes from there.
type lagRow struct {
	Projection string
	Position   int64
	Head       int64
	Differs    int64
	Unaudited  time.Duration
	Ahead      bool
}

// Watch looks at the lag of all projections, whichever process runs them, until ctx
// ends: for metrics, for the log, and for Ready, which must not wait for a long poll.
func (p *Projector) Watch(ctx context.Context) error {
	const logEvery = 10 * time.Second
	var logged time.Time
	for ctx.Err() == nil {
		err := p.look(ctx)
		if time.Since(logged) > logEvery {
			logged = time.Now()
			p.report(err)
		}
		sleep(ctx, p.nextLook())
	}
	return nil
}

// nextLook is soon until all projections have a checkpoint: readiness waits for it.
func (p *Projector) nextLook() time.Duration {
	if len(p.Lags()) < len(p.projections) {
		return 50 * time.Millisecond
	}
	return min(p.config.Poll, p.config.StuckAfter/2)
}

// lags is what the last look saw.
type lags struct {
	mu    sync.Mutex
	at    time.Time
	last  map[string]Lag
	heads database.Sightings
	moved map[string]move
}

// move is where a projection was first seen, and when.
type move struct {
	position int64
	at       time.Time
}

func (p *Projector) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	const sql = `
		SELECT c.projection, c.position, coalesce(h.head, 0) AS head, c.ahead_of IS NOT NULL AS ahead,
		       (SELECT count(*) FROM applied_ranges r WHERE r.projection = c.projection AND r.differs AND r.accepted_at IS NULL) AS differs,
		       greatest('0', (SELECT clock_timestamp() - min(waits_since) FROM applied_ranges r
		                 WHERE r.projection = c.projection AND r.audited_at IS NULL)) AS unaudited
		FROM checkpoints c
		CROSS JOIN (SELECT max(position) AS head FROM events) h
		WHERE c.projection = ANY ($1)`
	rows, err := p.pool.Query(ctx, sql, p.names())
	if err != nil {
		return fmt.Errorf("read lag: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[lagRow])
	if err != nil {
		return fmt.Errorf("read lag: %w", err)
	}
	lags := p.lags.note(found)
	for _, lag := range lags {
		p.metrics.lagEvents.WithLabelValues(lag.Projection).Set(float64(lag.Events))
		p.metrics.stopped.WithLabelValues(lag.Projection).Set(map[bool]float64{true: 1}[lag.Ahead])
		p.metrics.differs.WithLabelValues(lag.Projection).Set(float64(lag.Differs))
		p.metrics.unaudited.WithLabelValues(lag.Projection).Set(lag.Unaudited.Seconds())
		p.metrics.lagTime.WithLabelValues(lag.Projection).Set(lag.Age.Seconds())
	}
	return p.lookForHolders(ctx, lags)
}

// lookForHolders says of projections that are stuck who runs them.
func (p *Projector) lookForHolders(ctx context.Context, lags map[string]Lag) error {
	var stuck []string
	for name, lag := range lags {
		if lag.Unmoved > p.config.StuckAfter {
			stuck = append(stuck, lockOf(name))
		}
	}
	if len(stuck) == 0 {
		return nil
	}
	holders, err := database.Holders(ctx, p.pool, stuck...)
	if err != nil {
		return err
	}
	p.lags.mu.Lock()
	defer p.lags.mu.Unlock()
	for name, lag := range p.lags.last {
		lag.Holder = holders[lockOf(name)]
		p.lags.last[name] = lag
	}
	return nil
}

// lockOf returns the name of the lock that whoever runs a projection holds.
func lockOf(projection string) string { return "projection " + projection }

// Locks returns the names of all locks that are for who runs, rebuilds or audits a projection.
func (p *Projector) Locks() []string {
	locks := []string{auditLock}
	for _, name := range p.names() {
		locks = append(locks, lockOf(name), "rebuild "+name)
	}
	return locks
}

// note takes in what a look has found, and returns what follows from it.
func (l *lags) note(found []lagRow) map[string]Lag {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.last = time.Now(), make(map[string]Lag, len(found))
	if l.moved == nil {
		l.moved = make(map[string]move)
	}
	slowest := int64(math.MaxInt64)
	for _, row := range found {
		l.heads.See(row.Head)
		if last, known := l.moved[row.Projection]; !known || last.position != row.Position {
			l.moved[row.Projection] = move{row.Position, l.at}
		}
		lag := Lag{Projection: row.Projection, Position: row.Position, Differs: row.Differs, Unaudited: row.Unaudited, Ahead: row.Ahead}
		if row.Head > row.Position {
			lag.Events, lag.Age = row.Head-row.Position, l.heads.Age(row.Position+1)
			lag.Unmoved = min(lag.Age, l.at.Sub(l.moved[row.Projection].at))
		}
		l.last[row.Projection] = lag
		slowest = min(slowest, row.Position+1)
	}
	l.heads.Forget(slowest)
	return l.last
}

func (p *Projector) names() []string {
	names := make([]string, 0, len(p.projections))
	for _, projection := range p.projections {
		names = append(names, projection.name)
	}
	return names
}

// report writes a line for each projection that is behind, and for each that an audit
// has found wrong.
func (p *Projector) report(err error) {
	if err != nil {
		p.config.Logger.Error("can't see the projections' lag", "error", err)
		return
	}
	for _, lag := range p.Lags() {
		if lag.Differs > 0 {
			p.config.Logger.Error("the projection was given other events than the log has: see ops projections reconcile",
				"projection", lag.Projection, "ranges", lag.Differs)
		}
		if lag.Events > 0 {
			p.config.Logger.Info("projection lag", "projection", lag.Projection, "position", lag.Position,
				"events", lag.Events, "seconds", lag.Age.Seconds())
		}
	}
}

// Lags is what Watch saw last, in the order of Add.
func (p *Projector) Lags() []Lag {
	p.lags.mu.Lock()
	defer p.lags.mu.Unlock()
	found := make([]Lag, 0, len(p.projections))
	for _, name := range p.names() {
		if lag, ok := p.lags.last[name]; ok {
			found = append(found, lag)
		}
	}
	return found
}

// Ready fails while a projection stands still with events waiting, while one was
// never seen, and while Watch can't look.
func (p *Projector) Ready() error {
	p.lags.mu.Lock()
	at := p.lags.at
	p.lags.mu.Unlock()
	switch age := time.Since(at); {
	case at.IsZero():
		return errors.New("lag not seen yet")
	case age > p.config.StuckAfter:
		return fmt.Errorf("lag not seen for %s", age.Round(time.Second))
	}
	lags := p.Lags()
	if len(lags) < len(p.projections) {
		return fmt.Errorf("%d of %d projections have a checkpoint", len(lags), len(p.projections))
	}
	for _, lag := range lags {
		if lag.Ahead {
			return fmt.Errorf("projection %s is stopped at position %d, ahead of the log", lag.Projection, lag.Position)
		}
		if lag.Unmoved > p.config.StuckAfter {
			return fmt.Errorf("projection %s is stuck at position %d for %s, %d events behind; it is run by %s",
				lag.Projection, lag.Position, lag.Unmoved.Round(time.Second), lag.Events, lag.Holder)
		}
	}
	return nil
}
