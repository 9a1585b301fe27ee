//go:build linux

package cluster

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
)

const (
	diskSize = 6 << 30 // size of the primary's disk, in bytes
	fullFor  = 2 * time.Second
)

func size(bytes int64) string { return fmt.Sprintf("size=%d", bytes) }

// FillDisk fills the primary's disk for a while, and then frees the space. If the server ends
// because of the full disk, FillDisk starts the server again.
func (p *Cluster) FillDisk(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.disk == "" || p.Standby == nil {
		return ErrNotNow // there is no small disk, or the server on it is no longer the primary
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(p.disk, &disk); err != nil {
		return fmt.Errorf("look at the disk: %w", err)
	}
	used := int64(disk.Blocks-disk.Bfree) * disk.Bsize
	if err := syscall.Mount("", p.disk, "", syscall.MS_REMOUNT, size(used+1<<20)); err != nil {
		return fmt.Errorf("fill the disk: %w", err)
	}
	interval.Pause(ctx, fullFor)
	if err := syscall.Mount("", p.disk, "", syscall.MS_REMOUNT, size(diskSize)); err != nil {
		return fmt.Errorf("empty the disk: %w", err)
	}
	interval.Pause(ctx, 500*time.Millisecond) // the server may be about to end
	select {
	case <-p.Primary.Exited():
		return Relaunch(ctx, p.Primary, p.Wires)
	default:
		return nil
	}
}
