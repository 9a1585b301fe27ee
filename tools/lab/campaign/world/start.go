//go:build linux

package world

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/lab/campaign/broker"
	"example.com/pgcqrs/tools/lab/campaign/build"
	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/issuer"
	"example.com/pgcqrs/tools/lab/campaign/process"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// makeCopies creates the tables of the read models of package copies.
func (w *World) makeCopies(ctx context.Context) error {
	for number := 1; number <= w.Copies; number++ {
		if err := session.Execute(ctx, w.Postgres.Owner(), copies.Schema(number)); err != nil {
			return fmt.Errorf("make %s: %w", copies.Name(number), err)
		}
	}
	return nil
}

func New(ctx context.Context, dir string, copies int) (_ *World, err error) {
	w := &World{Dir: dir, Copies: copies}
	defer func() {
		if err != nil {
			w.Close()
		}
	}()
	overlay, err := build.Overlay(dir)
	if err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-overlay", overlay, "-o", dir+"/", "example.com/pgcqrs/cmd/api", "example.com/pgcqrs/cmd/projector", "example.com/pgcqrs/cmd/ops", "example.com/pgcqrs/cmd/migrate")
	build.Dir = filepath.Join(gotool.Root(), "tools/lab") // the module that contains the package copies
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build (from the repository's root): %w\n%s", err, output)
	}
	if w.Postgres, err = cluster.Start(ctx, dir); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Migrate(ctx), w.makeCopies(ctx)); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	if w.Broker, err = broker.Start(dir, address); err != nil {
		return nil, err
	}
	if w.Issuer, err = issuer.Start(); err != nil {
		return nil, err
	}
	for i := range sample.Programs {
		if err := w.startPair(i); err != nil {
			return nil, err
		}
	}
	return w, w.awaitReady(ctx)
}

// startPair starts an API process and a projector. Each API process keeps the states of a different
// number of streams in memory, and the last API process reads from the standby. The first projector
// also runs the read models of package copies.
func (w *World) startPair(i int) error {
	wires, reads := make([]*proxy.Wire, 3), w.Postgres.Primary
	if i == sample.Programs-1 {
		reads = w.Postgres.Standby
	}
	for k, server := range []*devdb.Server{w.Postgres.Primary, w.Postgres.Primary, reads} {
		var err error
		if wires[k], err = w.Postgres.NewWire(server); err != nil {
			return err
		}
	}
	api, err := w.startNode("api", i, wires[0], "READ_DATABASE_URL="+w.loginURL("api", wires[2]), "WRITE_CONNECTIONS=4", "READ_CONNECTIONS=8", sample.SnapshotKey,
		build.ClockVariable+"="+w.Clock(i), "KEEP_STATES="+[]string{"50000", "500", "0"}[i%3],
		w.KeyURI(), "AUTH=oidc", "AUTH_ISSUER="+w.Issuer.URL(), "AUTH_AUDIENCE="+devissuer.Audience,
		"RATE_LIMIT=0", "RATE_LIMIT_ADDRESS=0", "MAX_REQUESTS_SUBJECT=0", "MAX_REQUESTS_ADDRESS=0", "MAX_CONNECTIONS_ADDRESS=0",
		"MAX_WAITS_SUBJECT=0", "MAX_WAITS_ADDRESS=0", "FEED_WRITE_TIMEOUT=2s") // all clients have the same subject and the same address
	if err != nil {
		return err
	}
	if api.Front, err = proxy.New(api.Address); err != nil {
		return err
	}
	w.Apis = append(w.Apis, api)
	settings := []string{"WORKER_DATABASE_URL=" + w.loginURL("worker", wires[1]), "NATS_URL=" + w.Broker.URL(), "OUTBOX_ATTEMPTS=3", "SNAPSHOT_EVERY=20", sample.SnapshotKey}
	if i == 0 {
		settings = append(settings, w.WithCopies())
	}
	projector, err := w.startNode("projector", i, wires[1], settings...)
	if err != nil {
		return err
	}
	w.Projectors = append(w.Projectors, projector)
	return nil
}

func (w *World) startNode(name string, number int, wire *proxy.Wire, settings ...string) (*Node, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	ops, err := freeAddress()
	if err != nil {
		return nil, err
	}
	settings = append(settings, "DATABASE_URL="+w.loginURL(name, wire), "API_ADDR="+address, "API_OPS_ADDR="+ops, "PROJECTOR_ADDR="+ops, "ACCESS_LOG=false", "LOG_LEVEL=info")
	p := process.Supervise(w.Dir, fmt.Sprint(name, number), func() *exec.Cmd { return w.Program(name, settings) })
	return &Node{Process: p, Address: address, Ops: ops, Wire: wire}, nil
}

func (w *World) Migrate(ctx context.Context) error {
	owner := w.Postgres.Owner()
	return Finish(ctx, w.Program("migrate", []string{
		"DATABASE_URL=" + owner, "API_DATABASE_URL=" + LoginAt("api", session.HostOf(owner)), "PROJECTOR_DATABASE_URL=" + LoginAt("projector", session.HostOf(owner)),
		"WORKER_DATABASE_URL=" + LoginAt("worker", session.HostOf(owner)), w.KeyURI(),
	}))
}
