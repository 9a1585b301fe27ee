package observe

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/engine/edge/admission"
)

// guesses counts answers not_found by subject and minute: a subject that tries ids gets more of
// them than any other. Only the highest number is shown, without the subject's name, which the log
// has.
type guesses struct {
	mu      sync.Mutex
	began   time.Time // the start of the minute
	counts  *lru.Cache[string, int]
	most    int // of one subject, in this minute
	mostOld int // of one subject, in the previous minute
}

func newGuesses() *guesses {
	counts, err := lru.New[string, int](admission.Watched)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &guesses{began: time.Now(), counts: counts}
}

// count counts one not_found of a subject.
func (g *guesses) count(subject string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn(now)
	count, _ := g.counts.Get(subject)
	g.counts.Add(subject, count+1)
	g.most = max(g.most, count+1)
}

// mostOfOne returns the highest count of one subject, in this minute or the previous one.
func (g *guesses) mostOfOne(now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn(now)
	return max(g.most, g.mostOld)
}

// turn begins a new minute once the current one is over.
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
