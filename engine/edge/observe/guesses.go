package observe

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/engine/edge/admission"
)

// guesses counts by subject, minute by minute, how often there was nothing of theirs: who tries ids is told so more
// often than anybody else. What it shows is a number without a name, which the log has.
type guesses struct {
	mu      sync.Mutex
	began   time.Time // the minute
	counts  *lru.Cache[string, int]
	most    int // of one subject, in this minute
	mostOld int // in the one before
}

func newGuesses() *guesses {
	counts, err := lru.New[string, int](admission.Watched)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &guesses{began: time.Now(), counts: counts}
}

// count counts one of a subject's.
func (g *guesses) count(subject string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn(now)
	count, _ := g.counts.Get(subject)
	g.counts.Add(subject, count+1)
	g.most = max(g.most, count+1)
}

// mostOfOne returns how many one subject had, at most, in this minute or in the one before.
func (g *guesses) mostOfOne(now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn(now)
	return max(g.most, g.mostOld)
}

// turn begins a new minute when one is over.
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
