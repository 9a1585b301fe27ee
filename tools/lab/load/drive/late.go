package drive

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// lateness is how far an open loop was behind its schedule, and whose fault that was.
type lateness struct {
	mu     sync.Mutex
	own    *hdrhistogram.Histogram // the generator's: it woke late, or is too slow
	waited int64                   // steps that began late because all clients were busy
	unsent int64                   // steps that were due and never began
}

func (l *lateness) note(by time.Duration, waited bool) {
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
