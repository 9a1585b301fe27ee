//go:build linux

package roster

import (
	"sync"

	"github.com/google/uuid"
)

// Accounts holds the open accounts in the order in which they were opened. An Accounts is safe for
// concurrent use.
type Accounts struct {
	mu  sync.RWMutex
	ids []uuid.UUID
}

func (a *Accounts) Add(id uuid.UUID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = append(a.ids, id)
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
