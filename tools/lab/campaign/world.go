//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

const (
	programs = 3          // API processes, and as many projectors
	service  = "service_" // what the logins of API and projector begin with
)

// node is an API or a projector, and its own wire to the database.
type node struct {
	*process
	address string
	ops     string // where it says how it is
	wire    *wire
}

// world is everything that runs.
type world struct {
	dir        string
	postgres   *postgres
	broker     *broker
	issuer     *issuer
	apis       []*node
	projectors []*node
	copies     int      // read models that one projector has beside the service's
	history    *history // what faults note in it
}

func newWorld(ctx context.Context, dir string, copies int) (_ *world, err error) {
	w := &world{dir: dir, copies: copies}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	overlay, err := overlay(dir)
	if err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-overlay", overlay, "-o", dir+"/", "example.com/pgcqrs/cmd/api", "example.com/pgcqrs/cmd/projector", "example.com/pgcqrs/cmd/ops", "example.com/pgcqrs/cmd/migrate")
	build.Dir = filepath.Join(gotool.Root(), "tools/lab") // whose module has the copies, too
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build (from the repository's root): %w\n%s", err, output)
	}
	if w.postgres, err = startPostgres(ctx, dir); err != nil {
		return nil, err
	}
	if err := errors.Join(w.migrate(ctx), w.makeCopies(ctx)); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	if w.broker, err = startBroker(dir, address); err != nil {
		return nil, err
	}
	if w.issuer, err = startIssuer(); err != nil {
		return nil, err
	}
	for i := range programs {
		if err := w.startPair(i); err != nil {
			return nil, err
		}
	}
	return w, w.awaitReady(ctx)
}

// startPair starts an API and a projector. Each API remembers another number of states,
// and the last one reads from the standby. The first projector runs the copies, too.
func (w *world) startPair(i int) error {
	wires, reads := make([]*wire, 3), w.postgres.primary
	if i == programs-1 {
		reads = w.postgres.standby
	}
	for k, server := range []*devdb.Server{w.postgres.primary, w.postgres.primary, reads} {
		var err error
		if wires[k], err = w.postgres.wire(server); err != nil {
			return err
		}
	}
	api, err := w.node("api", i, wires[0], "READ_DATABASE_URL="+w.loginURL("api", wires[2]), "WRITE_CONNECTIONS=4", "READ_CONNECTIONS=8", snapshotKey,
		clockVariable+"="+w.clock(i), "KEEP_STATES="+[]string{"50000", "500", "0"}[i%3],
		w.keyURI(), "AUTH=oidc", "AUTH_ISSUER="+w.issuer.url(), "AUTH_AUDIENCE="+devissuer.Audience,
		"RATE_LIMIT=0", "RATE_LIMIT_ADDRESS=0", "MAX_REQUESTS_SUBJECT=0", "MAX_REQUESTS_ADDRESS=0", "MAX_CONNECTIONS_ADDRESS=0",
		"MAX_WAITS_SUBJECT=0", "MAX_WAITS_ADDRESS=0") // all clients are one subject, at one address
	if err != nil {
		return err
	}
	w.apis = append(w.apis, api)
	settings := []string{"NATS_URL=" + w.broker.url(), "OUTBOX_ATTEMPTS=3", "SNAPSHOT_EVERY=20", snapshotKey}
	if i == 0 {
		settings = append(settings, w.withCopies())
	}
	projector, err := w.node("projector", i, wires[1], settings...)
	if err != nil {
		return err
	}
	w.projectors = append(w.projectors, projector)
	return nil
}

func (w *world) node(name string, number int, wire *wire, settings ...string) (*node, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	ops, err := freeAddress()
	if err != nil {
		return nil, err
	}
	settings = append(settings, "DATABASE_URL="+w.loginURL(name, wire), "API_ADDR="+address, "API_OPS_ADDR="+ops, "PROJECTOR_ADDR="+ops, "ACCESS_LOG=false", "LOG_LEVEL=info")
	p := supervise(w.dir, fmt.Sprint(name, number), func() *exec.Cmd { return w.program(name, settings) })
	return &node{p, address, ops, wire}, nil
}

// program is a command of ours with these settings and no others.
func (w *world) program(name string, settings []string, args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(w.dir, name), args...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "GOMAXPROCS=2"}, settings...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command
}

// loginURL is a program's login, over a wire.
func (w *world) loginURL(name string, wire *wire) string { return loginAt(name, wire.address()) }

func loginAt(name, host string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(service+name, service+name), Host: host, Path: "/pgcqrs", RawQuery: "sslmode=disable"}
	return u.String()
}

func (w *world) migrate(ctx context.Context) error {
	owner := w.postgres.owner()
	return finish(ctx, w.program("migrate", []string{
		"DATABASE_URL=" + owner, "API_DATABASE_URL=" + loginAt("api", hostOf(owner)), "PROJECTOR_DATABASE_URL=" + loginAt("projector", hostOf(owner)),
		w.keyURI(),
	}))
}

// finish runs a command to its end, or ctx's.
func finish(ctx context.Context, command *exec.Cmd) error {
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(command.Path), err)
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	defer stop()
	if err := command.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(command.Path), err, strings.TrimSpace(said.String()))
	}
	return nil
}

func (w *world) awaitReady(ctx context.Context) error {
	for _, n := range slices.Concat(w.apis, w.projectors) {
		for deadline := time.Now().Add(time.Minute); !n.ready(ctx); pause(ctx, 50*time.Millisecond) {
			if ctx.Err() != nil || time.Now().After(deadline) {
				return errors.Join(fmt.Errorf("%s does not get ready; see %s", n.name, n.log), ctx.Err())
			}
		}
	}
	return nil
}

func (n *node) ready(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.ops+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// rest returns when everything is projected and published.
func (w *world) rest(ctx context.Context) error {
	left := fmt.Sprintf(`SELECT (SELECT count(*) FROM outbox) + (SELECT coalesce(max(position), 0) FROM events) * %d
		- (SELECT sum(position) FROM checkpoints WHERE projection IN ('balances', 'customers', 'statements') OR projection LIKE 'copy%%')`, ofSample+w.copies)
	var last int64
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; pause(ctx, 20*time.Millisecond) {
		n, err := one[int64](ctx, w.postgres.owner(), left)
		if err == nil && n == 0 {
			return w.awaitReady(ctx)
		}
		last = n
	}
	return errors.Join(fmt.Errorf("%d messages and events wait", last), ctx.Err())
}

func (w *world) close() {
	for _, n := range slices.Concat(w.apis, w.projectors) {
		n.end()
	}
	if w.broker != nil {
		w.broker.end()
	}
	if w.issuer != nil {
		w.issuer.server.Close()
	}
	if w.postgres != nil {
		w.postgres.close()
	}
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
