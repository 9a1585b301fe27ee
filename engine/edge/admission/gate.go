package admission

import "sync/atomic"

// Gate lets a number of requests in at once, whichever client they are from.
type Gate struct {
	Most   int64
	inside atomic.Int64
}

// Enter returns false if there is no room. If it returns true, Leave must follow.
func (g *Gate) Enter() bool {
	if g.inside.Add(1) > g.Most {
		g.inside.Add(-1)
		return false
	}
	return true
}

// Leave makes room for the next.
func (g *Gate) Leave() { g.inside.Add(-1) }

// Inside returns how many are in.
func (g *Gate) Inside() int64 { return g.inside.Load() }
