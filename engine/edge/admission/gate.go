package admission

import "sync/atomic"

// Gate limits how many requests run at the same time, whichever client they are from. The field
// Most is the limit.
type Gate struct {
	Most   int64
	inside atomic.Int64
}

// Enter reports whether another request may run. If Enter returns true, the caller must call
// Leave when the request is done.
func (g *Gate) Enter() bool {
	if g.inside.Add(1) > g.Most {
		g.inside.Add(-1)
		return false
	}
	return true
}

// Leave ends a request for which Enter returned true, so that another request may run.
func (g *Gate) Leave() { g.inside.Add(-1) }

// Inside returns how many requests run now.
func (g *Gate) Inside() int64 { return g.inside.Load() }
