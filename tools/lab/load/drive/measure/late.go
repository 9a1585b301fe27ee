package measure

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Lateness records how late the steps (operations of clients) of an open loop began, and why.
type Lateness struct {
	mu     sync.Mutex
	own    *hdrhistogram.Histogram // lateness caused by the generator, which woke late or is too slow
	waited int64                   // number of steps that began late because all clients were busy
	Unsent int64                   // number of steps that were due and never began
}

// Note records by how much a step (operation of a client) was late. If waited is true, the step
// waited because all clients were busy.
func (l *Lateness) Note(by time.Duration, waited bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if waited {
		l.waited++
		return
	}
	if l.own == nil {
		l.own = hdrhistogram.New(1, longest, digits)
	}
	note(l.own, by)
}

// Schedule returns a summary of how late the steps (operations of clients) began. Call Schedule
// only after the last step has begun.
func (l *Lateness) Schedule() *Schedule {
	s := &Schedule{Waited: l.waited, Unsent: l.Unsent}
	if l.own != nil {
		s.Late = latencyOf(l.own)
	}
	return s
}
