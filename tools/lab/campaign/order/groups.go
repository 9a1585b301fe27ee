//go:build linux

package order

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// groups contains groups of accounts. Two accounts are in one group if a move of a balance connects
// them, directly or through other accounts. An account that is not in the map first is alone in its
// group, and so is each customer.
type groups struct {
	first map[uuid.UUID]uuid.UUID   // of each account: the first account of its group
	all   map[uuid.UUID][]uuid.UUID // of each first account: the accounts of its group
}

// groupsOf returns the groups of the accounts in all commands.
func groupsOf(e *evidence.Evidence) groups {
	g := groups{make(map[uuid.UUID]uuid.UUID), make(map[uuid.UUID][]uuid.UUID)}
	for _, calls := range e.ByKey {
		if c := calls[0].Command; c.Kind == answers.Moved && !c.Unknown {
			g.join(c.Account, c.Target)
		}
	}
	return g
}

// join combines the groups of two accounts into one group.
func (g groups) join(one, other uuid.UUID) {
	into, from := g.of(one), g.of(other)
	if into == from {
		return
	}
	both := make([]uuid.UUID, 0, len(g.all[into])+len(g.all[from])+2)
	for _, id := range []uuid.UUID{into, from} {
		if g.all[id] == nil {
			g.all[id] = []uuid.UUID{id}
		}
		both = append(both, g.all[id]...)
	}
	delete(g.all, from)
	for g.all[into] = both; len(both) > 0; both = both[1:] {
		g.first[both[0]] = into
	}
}

// of returns the first account of the group to which an account belongs. The first account
// identifies the group.
func (g groups) of(id uuid.UUID) uuid.UUID {
	if first, joined := g.first[id]; joined {
		return first
	}
	return id
}

// members returns the members of a group.
func (g groups) members(id uuid.UUID) places {
	p := places{id: 0}
	for _, member := range g.all[id] {
		if _, there := p[member]; !there {
			p[member] = len(p)
		}
	}
	return p
}
