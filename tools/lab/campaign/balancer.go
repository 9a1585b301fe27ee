//go:build linux

package main

import (
	"sync/atomic"
	"time"
)

const downFor = 2 * time.Second // until somebody tries a process again

// balancer says which process to ask, as a load balancer would: not one that has just
// not answered.
type balancer struct {
	addresses []string
	downUntil []atomic.Int64 // in nanoseconds of Unix time; 0: it answers
}

func newBalancer(apis []*node) *balancer {
	b := &balancer{downUntil: make([]atomic.Int64, len(apis))}
	for _, api := range apis {
		b.addresses = append(b.addresses, api.address)
	}
	return b
}

// pick is the preferred process, or the next one that answers. One client at a time
// tries a process that did not.
func (b *balancer) pick(preferred int) int {
	now := time.Now().UnixNano()
	for i := range b.addresses {
		process := (preferred + i) % len(b.addresses)
		until := b.downUntil[process].Load()
		if until == 0 || now > until && b.downUntil[process].CompareAndSwap(until, now+int64(callFor+downFor)) {
			return process
		}
	}
	return preferred % len(b.addresses)
}

func (b *balancer) down(process int) { b.downUntil[process].Store(time.Now().Add(downFor).UnixNano()) }
func (b *balancer) up(process int)   { b.downUntil[process].Store(0) }
