package observe

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/engine/edge/admission"
)

// guesses counts, for each subject and minute, the answers with the code not_found. A subject that
// guesses ids gets more such answers than other subjects. The metric shows only the highest count.
// The log lines about refused requests name the subject.
type guesses struct {
	mu      sync.Mutex
	began   time.Time // start of the current minute
	counts  *lru.Cache[string, int]
	most    int // highest count of one subject in the current minute
	mostOld int // highest count of one subject in the previous minute
}

func newGuesses() *guesses {
	counts, err := lru.New[string, int](admission.Watched)
	if err != nil {
		panic(err) // lru.New fails only for a size that is not positive
	}
	return &guesses{began: time.Now(), counts: counts}
}

// count counts an answer with the code not_found that a subject has got.
func (g *guesses) count(subject string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn(now)
	count, _ := g.counts.Get(subject)
	g.counts.Add(subject, count+1)
	g.most = max(g.most, count+1)
}

// mostOfOne returns the highest number of answers with the code not_found that one subject has got
// in the current minute, or in the previous minute.
func (g *guesses) mostOfOne(now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn(now)
	return max(g.most, g.mostOld)
}

// turn starts a new minute if the current minute is over.
func (g *guesses) turn(now time.Time) {
	passed := now.Sub(g.began)
	if passed < time.Minute {
		return
	}
	g.mostOld = g.most
	if passed >= 2*time.Minute {
		g.mostOld = 0
	}
	g.began, g.most = now, 0
	g.counts.Purge()
}
