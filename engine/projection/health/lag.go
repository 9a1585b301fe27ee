package health

import (
	"math"
	"sync"
	"time"

	"example.com/pgcqrs/engine/pg/clock"
	"example.com/pgcqrs/engine/pg/lock"
)

// Lag is how far a projection is behind the log.
type Lag struct {
	Projection   string
	Position     int64         // of the projection
	Events       int64         // in the log and not projected
	Age          time.Duration // since the oldest of these was seen in the log; 0 if there is none
	Differs      int64         // ranges in which other events were applied than the log has, until an operator has settled it
	Unreconciled time.Duration // since the oldest batch was applied that was not compared with the log; 0 if there is none
	Unmoved      time.Duration // how long the position has not moved with events waiting
	Ahead        bool          // it was stopped with a checkpoint ahead of the log, until an operator decides
	Holder       lock.Holder   // the session that runs it; only looked up while it is stuck
}

// lagRow is the database's part of it. The database knows times only by a clock that can be set, so
// no age comes from there.
type lagRow struct {
	Projection   string
	Position     int64
	Head         int64
	Differs      int64
	Unreconciled time.Duration
	Ahead        bool
}

// lags is the result of the last look.
type lags struct {
	mu    sync.Mutex
	at    time.Time
	last  map[string]Lag
	heads clock.Sightings
	moved map[string]move
}

// move is the position where a projection was first seen, and when.
type move struct {
	position int64
	at       time.Time
}

// note takes in the result of a look, and returns the lags.
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
		lag := Lag{Projection: row.Projection, Position: row.Position, Differs: row.Differs, Unreconciled: row.Unreconciled, Ahead: row.Ahead}
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
