//go:build linux

package cluster

import (
	"fmt"
	"time"
)

func (p *Cluster) SetClock(off time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Clock.Fake == nil || p.old != nil {
		return ErrNotNow
	}
	return p.Clock.Set(off, func() error { return p.Clock.Fake.Set(fmt.Sprintf("%+d", int64(off/time.Second))) })
}
