//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
)

// errNotNow says that a fault can't be done as things are.
var errNotNow = errors.New("not now")

const (
	diskSize = 6 << 30 // bytes that the primary's disk has
	fullFor  = 2 * time.Second
)

// postgres is a primary, whose commits are durable, and a standby that streams from it.
type postgres struct {
	kept  *datadir.Kept
	clock *serverClock
	disk  string // where a small disk is mounted, "" if only root could

	mu      sync.Mutex // held by who kills, starts or changes a server
	primary *devdb.Server
	old     *devdb.Server // the primary before the failover
	standby *devdb.Server // nil after the failover
	taken   bool          // the standby, by somebody who does something to it
	stream  *wire         // from the standby to the primary
	wires   []*wire
}

func startPostgres(ctx context.Context, dir string) (_ *postgres, err error) {
	p := &postgres{}
	if p.clock, err = newServerClock(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	place := filepath.Join(dir, "primary")
	if err := os.Mkdir(place, 0o755); err != nil {
		return nil, fmt.Errorf("make the primary's place: %w", err)
	}
	if os.Getenv(mountsVariable) != "" && syscall.Mount("tmpfs", place, "tmpfs", 0, size(diskSize)) == nil {
		p.disk = place
	}
	if p.kept, err = datadir.Keep(ctx, filepath.Join(place, "kept")); err != nil {
		return nil, err
	}
	if p.primary, err = devdb.Start(ctx, devdb.Options{Keep: p.kept, Install: true, Environment: p.clock.environment()}); err != nil {
		return nil, err
	}
	for _, setting := range []string{"max_connections = 200", "checkpoint_timeout = '30s'", "max_wal_size = '2GB'", "wal_keep_size = '512MB'"} {
		if err := execute(ctx, p.primary.URL, "ALTER SYSTEM SET "+setting); err != nil {
			return nil, err
		}
	}
	if err := p.primary.Kill(); err != nil { // max_connections takes a start
		return nil, err
	}
	if err := relaunch(ctx, p.primary, p.wires); err != nil {
		return nil, err
	}
	if err := execute(ctx, p.primary.URL, "CREATE DATABASE pgcqrs"); err != nil {
		return nil, err
	}
	if p.standby, err = devdb.StartStandby(ctx, p.primary); err != nil {
		return nil, err
	}
	return p, p.streamByWire(ctx)
}

// streamByWire has the standby find the primary wherever it is.
func (p *postgres) streamByWire(ctx context.Context) error {
	w, err := p.wire(p.primary)
	if err != nil {
		return err
	}
	p.stream = w
	u, err := url.Parse(p.primary.URL)
	if err != nil {
		return fmt.Errorf("read the primary's URL: %w", err)
	}
	u.Host = w.address()
	if err := execute(ctx, p.standby.URL, "ALTER SYSTEM SET primary_conninfo = '"+u.String()+"'"); err != nil {
		return err
	}
	return execute(ctx, p.standby.URL, "SELECT pg_reload_conf()")
}

func size(bytes int64) string { return fmt.Sprintf("size=%d", bytes) }

// owner is the URL of the service's database, for its owner.
func (p *postgres) owner() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return databaseOf(p.primary.URL)
}

func databaseOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // devdb made it
	}
	u.Path = "/pgcqrs"
	return u.String()
}

// wire is a new one to a server. It follows the primary.
func (p *postgres) wire(server *devdb.Server) (*wire, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, err := newWire(hostOf(server.URL))
	if err == nil {
		p.wires = append(p.wires, w)
	}
	return w, err
}

func hostOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	return u.Host
}

// crash ends the primary as kill -9 does, and starts it again.
func (p *postgres) crash(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.standby == nil {
		return errNotNow // what was the standby has no durable commits
	}
	if err := p.primary.Kill(); err != nil {
		return err
	}
	return relaunch(ctx, p.primary, p.wires)
}

// relaunch starts a server that has ended. Its port may be somebody else's by now.
func relaunch(ctx context.Context, server *devdb.Server, wires []*wire) error {
	before := hostOf(server.URL)
	if err := server.Relaunch(ctx); err != nil {
		return err
	}
	for _, w := range wires {
		w.follow(before, hostOf(server.URL))
	}
	return nil
}

// takeStandby gives the standby to one who does something to it, if nobody else does.
func (p *postgres) takeStandby() *devdb.Server {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken || p.standby == nil {
		return nil
	}
	p.taken = true
	return p.standby
}

func (p *postgres) giveStandby(*devdb.Server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = false
}

// fillDisk leaves the primary no room for a while. A server that ends of that is
// started again.
func (p *postgres) fillDisk(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.disk == "" || p.standby == nil {
		return errNotNow // there is no small disk, or nobody works on it any more
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(p.disk, &disk); err != nil {
		return fmt.Errorf("look at the disk: %w", err)
	}
	used := int64(disk.Blocks-disk.Bfree) * disk.Bsize
	if err := syscall.Mount("", p.disk, "", syscall.MS_REMOUNT, size(used+1<<20)); err != nil {
		return fmt.Errorf("fill the disk: %w", err)
	}
	pause(ctx, fullFor)
	if err := syscall.Mount("", p.disk, "", syscall.MS_REMOUNT, size(diskSize)); err != nil {
		return fmt.Errorf("empty the disk: %w", err)
	}
	pause(ctx, 500*time.Millisecond) // it may be about to end
	select {
	case <-p.primary.Exited():
		return relaunch(ctx, p.primary, p.wires)
	default:
		return nil
	}
}

// failover has commits wait for the standby, ends the primary for good, and puts the
// standby in its place. It needs the standby to itself.
func (p *postgres) failover(ctx context.Context) error {
	if err := p.synchronous(ctx); err != nil {
		return err
	}
	pause(ctx, 2*time.Second)
	return p.takeOver(ctx)
}

// close ends both servers, and the mount with them.
func (p *postgres) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, server := range []*devdb.Server{p.standby, p.primary, p.old} {
		if server != nil {
			server.Stop()
		}
	}
	if p.kept != nil {
		p.kept.Close()
	}
	if p.disk != "" {
		_ = syscall.Unmount(p.disk, syscall.MNT_DETACH)
	}
}
