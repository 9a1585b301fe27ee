package gather

import (
	"context"
	"sync"
	"time"
)

// Gather collects questions that are asked at the same time, and answers them with one query.
// Questions that arrive while queries run are answered together by the next query. One shared query
// costs less than several queries, because a further round trip costs several times more than a
// further row in an answer.
type Gather[K comparable, V any] struct {
	ask     func(ctx context.Context, keys []K) (map[K]V, error)
	mu      sync.Mutex
	waiting []question[K, V]
	asking  int
}

type question[K comparable, V any] struct {
	key    K
	answer chan answer[V]
}

type answer[V any] struct {
	value V
	err   error
}

const (
	gatherQueries = 2 // queries that run at the same time: one is prepared while the other runs
	gatherMost    = 256
	gatherTimeout = 10 * time.Second
)

// New returns a Gather. The function ask gets at most 256 keys, which may contain duplicates, and
// must answer every key. Each call of ask has a time limit of ten seconds.
func New[K comparable, V any](ask func(ctx context.Context, keys []K) (map[K]V, error)) *Gather[K, V] {
	return &Gather[K, V]{ask: ask}
}

// Get returns the answer for a key, from a query that began after Get was called. If ctx ends
// first, Get returns the error of ctx.
func (g *Gather[K, V]) Get(ctx context.Context, key K) (V, error) {
	mine := make(chan answer[V], 1)
	if g.join(question[K, V]{key, mine}) {
		go g.askAll()
	}
	select {
	case a := <-mine:
		return a.value, a.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// join adds a question to the waiting questions, and reports whether the caller must start askAll
// in a goroutine.
func (g *Gather[K, V]) join(q question[K, V]) (ask bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, q)
	if g.asking == gatherQueries {
		return false
	}
	g.asking++
	return true
}

// askAll runs queries until no question waits.
func (g *Gather[K, V]) askAll() {
	for batch := g.next(); batch != nil; batch = g.next() {
		keys := make([]K, 0, len(batch))
		for _, q := range batch {
			keys = append(keys, q.key)
		}
		ctx, cancel := context.WithTimeout(context.Background(), gatherTimeout)
		found, err := g.ask(ctx, keys)
		cancel()
		for _, q := range batch {
			q.answer <- answer[V]{found[q.key], err}
		}
	}
}

func (g *Gather[K, V]) next() []question[K, V] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.asking--
		return nil
	}
	size := min(len(g.waiting), gatherMost)
	batch := g.waiting[:size:size]
	g.waiting = g.waiting[size:]
	return batch
}
