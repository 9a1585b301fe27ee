package admission

import "sync/atomic"

// Gate limits how many requests of all clients run at the same time. The field Most is the limit.
type Gate struct {
	Most   int64
	inside atomic.Int64
}

// Enter reports whether another request may run, and counts the request if so. If Enter returns
// true, the caller must call Leave when the request is done.
func (g *Gate) Enter() bool {
	if g.inside.Add(1) > g.Most {
		g.inside.Add(-1)
		return false
	}
	return true
}

// Leave counts a request as done. Enter must have returned true for the request.
func (g *Gate) Leave() { g.inside.Add(-1) }

// Inside returns how many requests run now.
func (g *Gate) Inside() int64 { return g.inside.Load() }
