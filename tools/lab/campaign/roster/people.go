//go:build linux

package roster

import (
	"math/rand/v2"
	"sync"

	"github.com/google/uuid"
)

const (
	newest  = 64 // number of newest customers, who get three quarters of the commands about customers; the same of transfers
	atLeast = 20 // number of customers that must exist before Some returns any
)

// People holds the customers that the clients know, in the order of their registration. A People is
// safe for concurrent use.
type People struct {
	mu    sync.Mutex
	all   []uuid.UUID
	those map[uuid.UUID][]uuid.UUID // keys of the contacts of each customer
}

// Add records that a customer has a contact.
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

// Len returns the number of customers.
func (p *People) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all)
}

// Some returns a customer and a contact of that customer: mostly one of the newest customers, and
// the customer's latest contact. If there are too few customers, the result ok is false.
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
