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
	Position     int64         // position of the projection
	Events       int64         // number of events of the log that the projection has not applied
	Age          time.Duration // time since the oldest of these events was first seen in the log; 0 if there are no such events
	Differs      int64         // ranges whose applied events differ from the log, without those that an operator has accepted
	Unreconciled time.Duration // time since the application of the oldest batch that is not compared with the log yet; 0 if all batches are compared
	Unmoved      time.Duration // how long the position has not moved although events wait
	Ahead        bool          // the projection was stopped because its checkpoint is ahead of the log
	Holder       lock.Holder   // the session that runs the projection; set only if Unmoved is longer than Config.StuckAfter
}

// lagRow has the values of a Lag that come from the database. lagRow has no age: the database could
// compute an age only by a clock that somebody may set.
type lagRow struct {
	Projection   string
	Position     int64
	Head         int64
	Differs      int64
	Unreconciled time.Duration
	Ahead        bool
}

// lags has the result of the last reading, and the state from which the next result is computed.
type lags struct {
	mu    sync.Mutex
	at    time.Time
	last  map[string]Lag
	heads clock.Sightings
	moved map[string]move
}

// move has the position of a projection, and the time at which this position was first read.
type move struct {
	position int64
	at       time.Time
}

// note adds a new reading to the state, and returns the lag of each projection.
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
