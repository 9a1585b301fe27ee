//go:build linux

package roster

import (
	"math/rand/v2"
	"sync"

	"github.com/google/uuid"
)

// Transfer holds the id of a transfer, and the subject that has requested the transfer.
type Transfer struct {
	ID uuid.UUID
	By string
}

// Transfers holds the transfers that the clients know, in the order in which the service accepted
// the requests. A Transfers is safe for concurrent use.
type Transfers struct {
	mu  sync.RWMutex
	all []Transfer
}

// Add records a transfer.
func (t *Transfers) Add(one Transfer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, one)
}

// Some returns a transfer: mostly one of the newest, which are probably still open. If there are no
// transfers, ok is false.
func (t *Transfers) Some(random *rand.Rand) (one Transfer, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	count := len(t.all)
	if count == 0 {
		return one, false
	}
	n := random.IntN(count)
	if random.IntN(4) > 0 {
		n = count - 1 - random.IntN(min(newest, count))
	}
	return t.all[n], true
}
