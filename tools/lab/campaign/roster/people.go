//go:build linux

package roster

import (
	"math/rand/v2"
	"sync"

	"github.com/google/uuid"
)

const (
	newest  = 64 // customers, who get three quarters of what is done to any
	atLeast = 20 // customers, before anything is done to any
)

// People holds the customers that clients know, in the order of their registration.
type People struct {
	mu    sync.Mutex
	all   []uuid.UUID
	those map[uuid.UUID][]uuid.UUID // the keys of each one's contacts
}

// Add records a contact of a customer.
func (p *People) Add(id, contact uuid.UUID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.those == nil {
		p.those = make(map[uuid.UUID][]uuid.UUID)
	}
	if p.those[id] == nil {
		p.all = append(p.all, id)
	}
	p.those[id] = append(p.those[id], contact)
}

// Some returns a customer, mostly a new one, and one of the contacts, mostly the last one; false
// while there are few.
func (p *People) Some(random *rand.Rand) (id, contact uuid.UUID, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	count := len(p.all)
	if count < atLeast {
		return id, contact, false
	}
	n := random.IntN(count)
	if random.IntN(4) > 0 {
		n = count - 1 - random.IntN(min(newest, count))
	}
	contacts := p.those[p.all[n]]
	contact = contacts[len(contacts)-1]
	if random.IntN(4) == 0 {
		contact = contacts[random.IntN(len(contacts))]
	}
	return p.all[n], contact, true
}
