//go:build linux

// Command campaign breaks a running service in every known way, at random times. The command then
// proves that the service has lost nothing, done nothing twice and shown no wrong data. All parts
// are real: PostgreSQL, a broker, three API processes and three projectors, clients that record every
// answer, and subscribers that record every event that the live feed sends them. The command starts
// all parts on 127.0.0.1, and ends them.
//
//	go -C tools/lab run ./campaign                         ten minutes
//	go -C tools/lab run ./campaign -short                  half a minute
//	go -C tools/lab run ./campaign -seed 7                 the same faults in the same order
//	go -C tools/lab run ./campaign -promotions 20          a primary dies and its standby is promoted, twenty times
//	go -C tools/lab run ./campaign -promotions 20 -lossy   the same, but the standby lacks commits, which are lost
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
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/lab/campaign/broker"
	"example.com/pgcqrs/tools/lab/campaign/checks"
	"example.com/pgcqrs/tools/lab/campaign/clients"
	"example.com/pgcqrs/tools/lab/campaign/collect"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/inject"
	"example.com/pgcqrs/tools/lab/campaign/mounts"
	"example.com/pgcqrs/tools/lab/campaign/observers"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/report"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/students"
	"example.com/pgcqrs/tools/lab/campaign/subscribers"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

var errViolated = errors.New("a guarantee was violated")

func main() {
	if err := os.Chdir(gotool.Root()); err != nil { // go -C starts this program in the folder of its module
		fail(err)
	}
	if where := os.Getenv(broker.Variable); where != "" {
		fail(broker.Serve(where))
		return
	}
	debug.SetGCPercent(400) // the history is large, and grows
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if done, err := mounts.Own(ctx); done {
		if err != nil {
			os.Exit(1) // the reason was already printed
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

func parse(args []string) (options.Options, error) {
	var o options.Options
	set := flag.NewFlagSet("campaign", flag.ContinueOnError)
	set.DurationVar(&o.Duration, "d", 10*time.Minute, "how `long` faults are injected")
	set.Uint64Var(&o.Seed, "seed", rand.Uint64N(1_000_000), "`number` that determines the kinds, times and processes of the faults")
	set.StringVar(&o.Only, "only", "", "`kinds` of faults, separated by commas (default: all, which are "+strings.Join(inject.Kinds(), ", ")+")")
	set.IntVar(&o.Clients, "clients", 64, "number of `clients` that send requests at the same time")
	set.DurationVar(&o.Every, "every", 470*time.Millisecond, "average `time` between two faults")
	set.StringVar(&o.Data, "data", "", "`directory` for all files (default: a new directory, which is removed at the end)")
	set.DurationVar(&o.Slowest, "slowest", 0, "longest `time` that a command may take in a process without a fault, on a machine that does nothing else (0: any time; default 1s, with -short 15s)")
	set.IntVar(&o.Models, "projections", 30, "`number` of projections that one of the projectors runs; the service itself has 4")
	set.StringVar(&o.Json, "json", "", "`file` for the result as JSON")
	set.IntVar(&o.Promotions, "promotions", 0, "`number` of promotions of a standby, which replace all other faults: the primary dies while commits wait for the standby, which may be frozen or disconnected")
	set.BoolVar(&o.Lossy, "lossy", false, "with -promotions: commits do not wait for the standby, so that the log loses events while processes run, as after a restore")
	short := set.Bool("short", false, "inject faults for half a minute instead of ten minutes")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if *short {
		o.Duration = 30 * time.Second
	}
	if !given(set, "slowest") {
		o.Slowest = time.Second
		if *short { // -short also runs on a busy machine, so it finds commands that hang for longer than COMMAND_TIMEOUT (10 s) and the queue, but not commands that are slow
			o.Slowest = 15 * time.Second
		}
	}
	if o.Duration <= 0 || o.Clients < 2 || o.Every <= 0 {
		return o, errors.New("-d and -every must be above 0, and -clients at least 2: one of eight tends customers, the second first")
	}
	if o.Models < sample.Projections {
		return o, fmt.Errorf("-projections must be at least %d", sample.Projections)
	}
	if o.Promotions < 0 || o.Lossy && o.Promotions == 0 || o.Promotions > 0 && o.Only != "" {
		return o, errors.New("-promotions must not be below 0, -lossy goes with it, and -only does not")
	}
	_, err := inject.Chosen(o.Only)
	return o, err
}

// given reports whether a flag was set on the command line.
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
	if o.Data != "" {
		if err := os.MkdirAll(o.Data, 0o755); err != nil {
			return fmt.Errorf("make %s: %w", o.Data, err)
		}
	} else {
		if o.Data, err = os.MkdirTemp("/var/tmp", "campaign-"); err != nil {
			return err
		}
		defer func() {
			if !errors.Is(err, errViolated) { // after a violation the files are kept, so that somebody can inspect them
				_ = os.RemoveAll(o.Data)
			}
		}()
		if err := os.Chmod(o.Data, 0o755); err != nil {
			return fmt.Errorf("open %s: %w", o.Data, err)
		}
	}
	fmt.Fprintf(out, "seed %d: builds and starts everything in %s\n", o.Seed, o.Data)
	w, err := world.New(ctx, o.Data, o.Models-sample.Projections)
	if err != nil {
		return err
	}
	defer w.Close()
	h, err := campaign(ctx, w, o, out)
	if err != nil {
		return err
	}
	r := report.New(o, h, checks.Check(h, o.Occasion()))
	r.Print(out)
	if o.Json != "" {
		err = r.Write(o.Json)
	}
	if r.Violated {
		err = errors.Join(errViolated, err)
	}
	return err
}

// campaign runs the clients, the observers and the faults. campaign then waits until the service
// has processed everything, and returns the history of the run.
func campaign(ctx context.Context, w *world.World, o options.Options, out io.Writer) (*history.History, error) {
	h := &history.History{Started: time.Now(), Slowest: o.Slowest, Some: o.Only != "" || o.Promotions > 0 || o.Duration < 5*time.Minute}
	w.History = h
	defer h.WatchLateness()()
	defer w.WatchWorkers(ctx, h)()
	if w.Postgres.Clock.Fake == nil {
		fmt.Fprintln(out, "without server-clock-jump, which needs libfaketime (apt-get install libfaketime)")
	}
	observers := observers.Start(ctx, w.Postgres)
	defer observers.Stop()
	clients := clients.Start(w, o, h.Started)
	subscribers := subscribers.Start(w, o.Seed, subscribers.Log{Head: observers.Head.Load, First: clients.First})
	defer subscribers.Stop()
	students, err := students.Start(ctx, w, o.Seed)
	if err != nil {
		return nil, err
	}
	defer students.Stop()
	injector := inject.New(w, h)
	inject := injector.Inject
	if o.Promotions > 0 {
		inject = injector.Promote
	}
	err = inject(ctx, o, func(left time.Duration) {
		fmt.Fprintf(out, "%4.0f s left  %5d faults  %8d commands  log at %d\n", left.Seconds(), h.Faults(), clients.Count.Load(), observers.Head.Load())
	})
	lastFault := time.Now()
	h.Took = lastFault.Sub(h.Started)
	clients.Stop(h)
	h.Attempts = students.Stop()
	h.Issued = w.Issuer.Issued(h.Started)
	h.Tally()
	if err != nil {
		return nil, err
	}
	for kind, why := range injector.Impossible() {
		fmt.Fprintf(out, "%s could not be done: %s\n", kind, why)
	}
	if err := w.Rest(ctx); err != nil {
		return nil, fmt.Errorf("it does not come to rest: %w", err)
	}
	h.Rested = time.Since(lastFault)
	if err := collect.Collect(ctx, h, w, o, observers); err != nil {
		return nil, err
	}
	h.Followed = subscribers.Finish(ctx, int64(len(h.Log)))
	return h, nil
}
