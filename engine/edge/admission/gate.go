package httpapi

import "sync/atomic"

// gate lets so many in at once, whoever they are.
type gate struct {
	most   int64
	inside atomic.Int64
}

// enter returns false if there is no room; else leave must follow.
func (g *gate) enter() bool {
	if g.inside.Add(1) > g.most {
		g.inside.Add(-1)
		return false
	}
	return true
}

func (g *gate) leave() { g.inside.Add(-1) }
