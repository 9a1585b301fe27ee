//go:build linux

package balancer

import (
	"sync/atomic"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

const downFor = 2 * time.Second // how long the balancer avoids a process that failed

// Balancer selects an API process for each request, as a load balancer does: it avoids a process
// that recently failed to answer.
type Balancer struct {
	Addresses []string
	downUntil []atomic.Int64 // Unix time in nanoseconds; 0: the process answers
}

func New(apis []*world.Node) *Balancer {
	b := &Balancer{downUntil: make([]atomic.Int64, len(apis))}
	for _, api := range apis {
		b.Addresses = append(b.Addresses, api.Address)
	}
	return b
}

// Pick returns the preferred process. If that process failed recently, Pick returns the next
// process that did not fail recently. If every process failed recently, Pick returns the preferred
// process. When the time downFor has passed since a failure, one client at a time tries the failed
// process again.
func (b *Balancer) Pick(preferred int) int {
	now := time.Now().UnixNano()
	for i := range b.Addresses {
		process := (preferred + i) % len(b.Addresses)
		until := b.downUntil[process].Load()
		if until == 0 || now > until && b.downUntil[process].CompareAndSwap(until, now+int64(answers.CallFor+downFor)) {
			return process
		}
	}
	return preferred % len(b.Addresses)
}

func (b *Balancer) Down(process int) { b.downUntil[process].Store(time.Now().Add(downFor).UnixNano()) }
func (b *Balancer) Up(process int)   { b.downUntil[process].Store(0) }
