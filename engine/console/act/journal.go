package act

import (
	"slices"
	"sync"
	"time"
)

// mostKept limits the acts in memory.
const mostKept = 200

// Done is an act that was done, or that failed.
type Done struct {
	Number   int
	At       time.Time
	Operator string
	Did      string
	On       string
	Note     string
	Outcome  string
	Failed   bool
}

// journal has the last acts of this process.
type journal struct {
	mu   sync.Mutex
	last int
	acts []Done // the newest comes last
}

func (j *journal) add(done Done) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	done.Number = j.last
	j.acts = append(j.acts, done)
	if len(j.acts) > mostKept {
		j.acts = slices.Clone(j.acts[1:])
	}
	return done.Number
}

// newest returns the acts, the newest first.
func (j *journal) newest() []Done {
	j.mu.Lock()
	defer j.mu.Unlock()
	acts := slices.Clone(j.acts)
	slices.Reverse(acts)
	return acts
}
