//go:build linux

// Command attacks has one client do its worst to a running service, in every way that it knows,
// and measures what another client notices: its reads and writes must be answered, and in time.
// Everything is real: PostgreSQL, the API with tokens and the bounds that it has by itself, a
// projector, an issuer, and an attacker that is a process of its own on one processor. It starts
// all of that on 127.0.0.1, and ends it.
//
//	go -C tools/lab run ./attacks                         a quarter of an hour
//	go -C tools/lab run ./attacks -short                  four seconds each, with limits for a busy machine
//	go -C tools/lab run ./attacks -only idle,docs         these
//	go -C tools/lab run ./attacks -api RATE_LIMIT=0       what a bound is worth
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

var errStopped = errors.New("an attack stopped others")

func main() {
	if err := os.Chdir(gotool.Root()); err != nil { // go -C has us in our module's folder
		fmt.Fprintln(os.Stderr, "attacks:", err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if generates() {
		os.Exit(generate(ctx))
	}
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "attacks:", err)
		os.Exit(1)
	}
}

type options struct {
	duration time.Duration // of each attack
	quiet    time.Duration // before it
	only     []string      // none: all
	api      []string      // environment of the API
	data     string
	long     int // events of a long account
	limits   limits
}

const usage = `go -C tools/lab run ./attacks [flags]

`

func parse(args []string) (o options, err error) {
	set := flag.NewFlagSet("attacks", flag.ContinueOnError)
	set.Usage = func() {
		fmt.Fprint(set.Output(), usage)
		set.PrintDefaults()
		fmt.Fprint(set.Output(), "\nAttacks:\n"+listed())
	}
	var only, api string
	set.DurationVar(&o.duration, "d", 40*time.Second, "how `long` each attack lasts")
	set.DurationVar(&o.quiet, "quiet", 15*time.Second, "how `long` the other client is measured before each")
	set.StringVar(&only, "only", "", "`attacks`, with commas (default all)")
	set.StringVar(&api, "api", "", "`NAME=VALUE` of the API's environment, with commas")
	set.StringVar(&o.data, "data", "/var/tmp", "`directory` for the database: on a disk, not in memory")
	short := set.Bool("short", false, "four seconds each, on limits for a machine that does other things as well")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.only, o.api = split(only), split(api)
	o.long, o.limits = 200_000, strict
	if *short {
		o = o.shortened()
	}
	if set.NArg() > 0 || o.duration <= 0 || o.quiet <= 0 {
		return o, errors.New("-d and -quiet must be above 0, and there are no arguments; see -h")
	}
	for _, name := range o.only {
		if !slices.ContainsFunc(attacks, func(a attack) bool { return a.name == name }) {
			return o, fmt.Errorf("there is no attack %q; see -h", name)
		}
	}
	return o, nil
}

// shortened is for a machine that does other things as well: it finds a bound that is gone.
func (o options) shortened() options {
	o.duration, o.quiet, o.long, o.limits = 4*time.Second, 1500*time.Millisecond, 50_000, generous
	return o
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func listed() string {
	var out strings.Builder
	for _, a := range attacks {
		fmt.Fprintf(&out, "  %-18s %s\n", a.name, a.does)
	}
	return out.String()
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	server, err := startServer(ctx, o.data)
	if err != nil {
		return err
	}
	defer server.stop()
	w, err := newWorld(ctx, o, server.urls)
	if err != nil {
		return err
	}
	defer w.stop()
	rows, err := w.runAll(ctx, func(r row) { fmt.Fprintln(os.Stderr, r.line()) })
	if err != nil {
		return err
	}
	fmt.Fprint(out, table(rows))
	return judge(rows, o.limits)
}

// judge returns errStopped, with what was wrong, if others noticed more of an attack than they may.
func judge(rows []row, most limits) error {
	var wrong []error
	for _, r := range rows {
		for _, text := range r.wrong(most) {
			wrong = append(wrong, fmt.Errorf("%w: %s: %s", errStopped, r.attack.name, text))
		}
	}
	return errors.Join(wrong...)
}

// runAll runs the attacks one after another, each after a quiet time.
func (w *world) runAll(ctx context.Context, tell func(row)) (rows []row, err error) {
	for _, a := range attacks {
		if len(w.only) > 0 && !slices.Contains(w.only, a.name) {
			continue
		}
		r, err := w.suffer(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		tell(r)
		rows = append(rows, r)
	}
	return rows, nil
}

// suffer measures the other client without an attack, and then beside it.
func (w *world) suffer(ctx context.Context, a attack) (r row, err error) {
	r.attack = a
	r.quiet = w.victim.measure(ctx, w.quiet)
	end := func() {}
	if a.meanwhile != nil {
		if end, err = a.meanwhile(ctx, w); err != nil {
			return r, err
		}
	}
	defer end()
	attacker, err := w.begin(a)
	if err != nil {
		return r, err
	}
	r.beside = w.victim.measure(ctx, w.duration)
	if r.sent, err = attacker.end(); err != nil {
		return r, err
	}
	return r, ctx.Err()
}
