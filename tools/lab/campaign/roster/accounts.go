//go:build linux

package roster

import (
	"math/rand/v2"
	"sync"

	"github.com/google/uuid"
)

// together is the number of accounts in a group. Moves connect only accounts of one group. So the
// checks can search for an order of the answers for each group separately.
const together = 4

// Accounts holds the open accounts in the order in which they were opened. An Accounts is safe for
// concurrent use.
type Accounts struct {
	mu     sync.RWMutex
	ids    []uuid.UUID
	places map[uuid.UUID]int // place of each account in ids
}

func (a *Accounts) Add(id uuid.UUID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.places == nil {
		a.places = make(map[uuid.UUID]int)
	}
	a.places[id] = len(a.ids)
	a.ids = append(a.ids, id)
}

// Beside returns a random account from the group of the given account. The result may be the given
// account itself.
func (a *Accounts) Beside(id uuid.UUID, random *rand.Rand) uuid.UUID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	first := a.places[id] / together * together
	return a.ids[first+random.IntN(min(together, len(a.ids)-first))]
}

func (a *Accounts) At(number int) uuid.UUID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.ids[number]
}

func (a *Accounts) Len() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.ids)
}
