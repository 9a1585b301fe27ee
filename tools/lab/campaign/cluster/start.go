//go:build linux

package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/mounts"
	"example.com/pgcqrs/tools/lab/campaign/serverclock"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

func Start(ctx context.Context, dir string) (_ *Cluster, err error) {
	p := &Cluster{}
	if p.Clock, err = serverclock.New(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	place := filepath.Join(dir, "primary")
	if err := os.Mkdir(place, 0o755); err != nil {
		return nil, fmt.Errorf("make the primary's place: %w", err)
	}
	if os.Getenv(mounts.Variable) != "" && syscall.Mount("tmpfs", place, "tmpfs", 0, size(diskSize)) == nil {
		p.disk = place
	}
	if p.kept, err = datadir.Keep(ctx, filepath.Join(place, "kept")); err != nil {
		return nil, err
	}
	if p.Primary, err = devdb.Start(ctx, devdb.Options{Keep: p.kept, Install: true, Environment: p.Clock.Environment()}); err != nil {
		return nil, err
	}
	for _, setting := range []string{"max_connections = 200", "checkpoint_timeout = '30s'", "max_wal_size = '2GB'", "wal_keep_size = '512MB'"} {
		if err := session.Execute(ctx, p.Primary.URL, "ALTER SYSTEM SET "+setting); err != nil {
			return nil, err
		}
	}
	if err := p.Primary.Kill(); err != nil { // max_connections takes effect only at a start
		return nil, err
	}
	if err := Relaunch(ctx, p.Primary, p.Wires); err != nil {
		return nil, err
	}
	if err := session.Execute(ctx, p.Primary.URL, "CREATE DATABASE pgcqrs"); err != nil {
		return nil, err
	}
	if p.Standby, err = devdb.StartStandby(ctx, p.Primary); err != nil {
		return nil, err
	}
	return p, p.streamByWire(ctx)
}
