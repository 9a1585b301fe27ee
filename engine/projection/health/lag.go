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
	Differs      int64         // ranges in which other events were found applied than the log has, until it is settled
	Unreconciled time.Duration // since the oldest batch was applied that was not compared with the log; 0 if there is none
	Unmoved      time.Duration // with events waiting and the position standing still
	Ahead        bool          // it was stopped, with a checkpoint ahead of the log, until an operator decides
	Holder       lock.Holder   // who runs it; only looked at while it is stuck
}

// lagRow is what the database knows of it. It knows the time by a clock that somebody may
// set, and no age of a projection comes from there.
type lagRow struct {
	Projection   string
	Position     int64
	Head         int64
	Differs      int64
	Unreconciled time.Duration
	Ahead        bool
}

// lags is what the last look saw.
type lags struct {
	mu    sync.Mutex
	at    time.Time
	last  map[string]Lag
	heads clock.Sightings
	moved map[string]move
}

// move is where a projection was first seen, and when.
type move struct {
	position int64
	at       time.Time
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
