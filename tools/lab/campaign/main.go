//go:build linux

// Command campaign breaks a running service in every way that it knows, at random
// instants, and then proves that nothing was lost, doubled or shown wrongly. Everything
// is real: PostgreSQL, a broker, three API processes and three projectors, and clients
// that remember every answer. It starts all of that itself, on 127.0.0.1, and ends it.
//
//	go -C tools/lab run ./campaign                         ten minutes
//	go -C tools/lab run ./campaign -short                  half a minute
//	go -C tools/lab run ./campaign -seed 7                 the same faults in the same order
//	go -C tools/lab run ./campaign -promotions 20          a primary dies and its standby takes over, twenty times
//	go -C tools/lab run ./campaign -promotions 20 -lossy   and what the standby lacks is lost
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

var errViolated = errors.New("a guarantee was violated")

func main() {
	if err := os.Chdir(gotool.Root()); err != nil { // go -C has us in our module's folder
		fail(err)
	}
	if where := os.Getenv(brokerVariable); where != "" {
		fail(serveBroker(where))
		return
	}
	debug.SetGCPercent(400) // the history is large, and grows
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if done, err := ownMounts(ctx); done {
		if err != nil {
			os.Exit(1) // it has said why
		}
		return
	}
	fail(run(ctx, os.Args[1:], os.Stdout))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "campaign:", err)
		os.Exit(1)
	}
}

type options struct {
	duration time.Duration
	seed     uint64
	only     string
	clients  int
	every    time.Duration // between faults, on average
	data     string
	json     string
	slowest  time.Duration // that a command may take
	models   int           // projections of one projector

	promotions int  // instead of other faults
	lossy      bool // promotions lose what the standby lacks
}

// occasion says what is done to the log.
func (o options) occasion() occasion {
	switch {
	case o.lossy:
		return lossy
	case o.promotions > 0:
		return promoted
	}
	return steady
}

const progressEvery = 5 * time.Second

func parse(args []string) (options, error) {
	var o options
	set := flag.NewFlagSet("campaign", flag.ContinueOnError)
	set.DurationVar(&o.duration, "d", 10*time.Minute, "how `long` faults are injected")
	set.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "`number` that the faults' kinds, instants and victims come from")
	set.StringVar(&o.only, "only", "", "`kinds` of faults, with commas (default all: "+strings.Join(kinds(), ", ")+")")
	set.IntVar(&o.clients, "clients", 64, "`clients` at the same time")
	set.DurationVar(&o.every, "every", 470*time.Millisecond, "a fault every so `often`, on average")
	set.StringVar(&o.data, "data", "", "`directory` for everything (default one of its own, removed at the end)")
	set.DurationVar(&o.slowest, "slowest", 0, "how `long` a command of a process that was not hit may take, on a machine that does nothing else (0: any time; default 1s, with -short 10s)")
	set.IntVar(&o.models, "projections", 30, "how `many` projections one of the projectors runs; the service has 3")
	set.StringVar(&o.json, "json", "", "`file` for the result as JSON")
	set.IntVar(&o.promotions, "promotions", 0, "promote a standby so `often`, instead of other faults: the primary dies while commits wait for the standby, which stalls or is cut off")
	set.BoolVar(&o.lossy, "lossy", false, "with -promotions: commits do not wait, so that history is lost under running processes, as by a restore")
	short := set.Bool("short", false, "half a minute instead of ten")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if *short {
		o.duration = 30 * time.Second
	}
	if !given(set, "slowest") {
		o.slowest = time.Second
		if *short { // made anywhere, beside anything: it finds what hangs, not what is slow
			o.slowest = 10 * time.Second
		}
	}
	if o.duration <= 0 || o.clients < 2 || o.every <= 0 {
		return o, errors.New("-d and -every must be above 0, and -clients at least 2: one of eight tends customers, the second first")
	}
	if o.models < ofSample {
		return o, fmt.Errorf("-projections must be at least %d", ofSample)
	}
	if o.promotions < 0 || o.lossy && o.promotions == 0 || o.promotions > 0 && o.only != "" {
		return o, errors.New("-promotions must not be below 0, -lossy goes with it, and -only does not")
	}
	_, err := chosen(o.only)
	return o, err
}

// given says whether a flag was on the command line.
func given(set *flag.FlagSet, name string) (found bool) {
	set.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.data != "" {
		if err := os.MkdirAll(o.data, 0o755); err != nil {
			return fmt.Errorf("make %s: %w", o.data, err)
		}
	} else {
		if o.data, err = os.MkdirTemp("/var/tmp", "campaign-"); err != nil {
			return err
		}
		defer func() {
			if !errors.Is(err, errViolated) { // else somebody wants to look
				_ = os.RemoveAll(o.data)
			}
		}()
		if err := os.Chmod(o.data, 0o755); err != nil {
			return fmt.Errorf("open %s: %w", o.data, err)
		}
	}
	fmt.Fprintf(out, "seed %d: builds and starts everything in %s\n", o.seed, o.data)
	w, err := newWorld(ctx, o.data, o.models-ofSample)
	if err != nil {
		return err
	}
	defer w.close()
	h, err := campaign(ctx, w, o, out)
	if err != nil {
		return err
	}
	r := newReport(o, h, check(h, o.occasion()))
	r.print(out)
	if o.json != "" {
		err = r.write(o.json)
	}
	if r.Violated {
		err = errors.Join(errViolated, err)
	}
	return err
}

// campaign runs clients, observers and faults, then lets everything come to rest, and
// returns all that was seen.
func campaign(ctx context.Context, w *world, o options, out io.Writer) (*history, error) {
	h := &history{started: time.Now(), slowest: o.slowest, some: o.only != "" || o.promotions > 0 || o.duration < 5*time.Minute}
	w.history = h
	defer h.watchLateness()()
	if w.postgres.clock.fake == nil {
		fmt.Fprintln(out, "without server-clock-jump, which takes libfaketime (apt-get install libfaketime)")
	}
	observers := startObservers(ctx, w.postgres)
	defer observers.stop()
	clients := startClients(w, o, h.started)
	injector := newInjector(w, h)
	inject := injector.inject
	if o.promotions > 0 {
		inject = injector.promote
	}
	err := inject(ctx, o, func(left time.Duration) {
		fmt.Fprintf(out, "%4.0f s left  %5d faults  %8d commands  log at %d\n", left.Seconds(), h.faults(), clients.count.Load(), observers.head.Load())
	})
	lastFault := time.Now()
	h.took = lastFault.Sub(h.started)
	clients.stop(h)
	h.issued = w.issuer.issued(h.started)
	h.tally()
	if err != nil {
		return nil, err
	}
	for kind, why := range injector.impossible() {
		fmt.Fprintf(out, "%s could not be done: %s\n", kind, why)
	}
	if err := w.rest(ctx); err != nil {
		return nil, fmt.Errorf("it does not come to rest: %w", err)
	}
	h.rested = time.Since(lastFault)
	return h, h.collect(ctx, w, o, observers)
}

// collect reads all that is there once everything has come to rest.
func (h *history) collect(ctx context.Context, w *world, o options, observers *observers) (err error) {
	if h.log, err = readLog(ctx, w.postgres.owner()); err != nil {
		return err
	}
	if o.occasion() == steady { // else they may have seen what was undone
		if err := observers.reach(ctx, int64(len(h.log))); err != nil {
			return err
		}
	}
	observers.stop()
	h.tail, h.tailSaid, h.totals = observers.tail, observers.tailSaid, observers.totals
	if o.occasion() != steady {
		h.tail, h.tailSaid = slices.Clone(h.log), nil
	}
	if h.models, err = readModels(ctx, w.postgres.owner()); err != nil {
		return err
	}
	if h.copies, err = w.readCopies(ctx); err != nil {
		return err
	}
	if h.kept, err = w.readSnapshots(ctx); err != nil {
		return err
	}
	if h.keys, err = readKeys(ctx, w.postgres.owner()); err != nil {
		return err
	}
	if h.listed, err = w.list(ctx, int64(len(h.log))); err != nil {
		return err
	}
	if err := h.collectPeople(ctx, w); err != nil {
		return err
	}
	if h.own, err = w.askItself(ctx); err != nil {
		return err
	}
	h.clock = w.postgres.clock.offsets(h.started)
	if h.published, err = w.broker.messages(ctx); o.lossy {
		h.forgetLost()
	}
	return err
}

// collectPeople reads what there is of customers, and looks for their texts wherever anything is stored.
func (h *history) collectPeople(ctx context.Context, w *world) (err error) {
	h.people = append(h.people, w.readPeople(ctx, h.log)...)
	if h.persons, err = readKeyRows(ctx, w.postgres.owner()); err != nil {
		return err
	}
	h.searched, err = w.search(ctx)
	return err
}
