package status

import (
	"math"
	"sync"
	"time"

	"example.com/pgcqrs/engine/pg/clock"
)

// Lag is the status of a workflow, and how long its events have waited for a reaction.
type Lag struct {
	Status  Status
	Age     time.Duration // time since the oldest event was first seen to which the workflow has not reacted; 0: there is no such event
	Unmoved time.Duration // how long the position has not moved although events wait
}

// lags has the lags that were computed last, and what is needed to compute the next ones.
type lags struct {
	mu    sync.Mutex
	at    time.Time
	last  []Lag
	heads clock.Sightings
	moved map[string]move
}

// move has the position of a workflow, and the time at which the workflow was first found at this
// position.
type move struct {
	position int64
	at       time.Time
}

// note computes the lag of each workflow from the states that were just read, and returns the lags.
func (l *lags) note(found []Status) []Lag {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = time.Now()
	last := make([]Lag, 0, len(found)) // a new slice: other goroutines may still read the previous slice
	if l.moved == nil {
		l.moved = make(map[string]move)
	}
	slowest := int64(math.MaxInt64)
	for _, s := range found {
		l.heads.See(s.Head)
		if before, known := l.moved[s.Workflow]; !known || before.position != s.Position {
			l.moved[s.Workflow] = move{s.Position, l.at}
		}
		lag := Lag{Status: s}
		if s.LagEvents > 0 && !s.New {
			lag.Age = l.heads.Age(s.Position + 1)
			lag.Unmoved = min(lag.Age, l.at.Sub(l.moved[s.Workflow].at))
		}
		last = append(last, lag)
		slowest = min(slowest, s.Position+1)
	}
	l.heads.Forget(slowest)
	l.last = last
	return last
}
