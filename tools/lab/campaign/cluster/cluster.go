//go:build linux

package cluster

import (
	"errors"
	"sync"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/serverclock"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// ErrNotNow means that the fault can't be caused at the moment.
var ErrNotNow = errors.New("not now")

// Cluster is a primary PostgreSQL server with durable commits, and a standby that streams from the
// primary.
type Cluster struct {
	kept  *datadir.Kept
	Clock *serverclock.Clock
	disk  string // where a small disk is mounted; "" if the program does not run as root

	mu      sync.Mutex // locked while a server is killed, started or replaced
	Primary *devdb.Server
	old     *devdb.Server // the primary before the failover
	Standby *devdb.Server // nil after the failover, which starts no new standby
	taken   bool          // the standby is reserved for a fault
	Stream  *proxy.Wire   // the wire between the standby and the primary
	Wires   []*proxy.Wire
}

// Owner returns the URL of the service's database with the owner's login.
func (p *Cluster) Owner() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return session.DatabaseOf(p.Primary.URL)
}

// NewWire opens a new wire (a TCP proxy) to a server. After a failover the wire connects to the new
// primary.
func (p *Cluster) NewWire(server *devdb.Server) (*proxy.Wire, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, err := proxy.New(session.HostOf(server.URL))
	if err == nil {
		p.Wires = append(p.Wires, w)
	}
	return w, err
}

// Close ends the servers, and unmounts the primary's small disk.
func (p *Cluster) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, server := range []*devdb.Server{p.Standby, p.Primary, p.old} {
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
