package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines"
	"example.com/pgcqrs/tools/lab/load/drive/mixes"
)

type flags struct {
	urls     []string
	mix      string
	clients  int
	rates    []float64 // steps per second of each run; empty: closed loop
	duration time.Duration
	count    int64
	warmup   time.Duration
	accounts int
	timeout  time.Duration
	json     string
	plot     string

	baselines bool
	only      []string
	rounds    int
	big       int64
	data      string
	database  string
	before    string
	out       string
	documents []string
}

const usage = `go -C tools/lab run ./load [flags]

Puts load on a running service, and prints how the service performed. It sends no token, so
start the service by AUTH=off go run ./cmd/dev run. It opens accounts and deposits to them:
never use it on a service with data that you need.

  go -C tools/lab run ./load -mix mixed -c 64 -d 10s
  go -C tools/lab run ./load -mix read-your-write -rate 100,500,2000 -plot readable.svg
  go -C tools/lab run ./load -baselines -only writes64

`

func parse(args []string) (flags, error) {
	var f flags
	var urls, rates, only, documents string
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	set.Usage = func() {
		fmt.Fprint(set.Output(), usage)
		set.PrintDefaults()
		fmt.Fprint(set.Output(), "\nMixes:\n"+listed()+"\nContests of -baselines:\n"+contests())
	}
	set.StringVar(&urls, "url", "http://127.0.0.1:8080", "`URLs` of API processes, separated by commas")
	set.StringVar(&f.mix, "mix", "write", "`name` of the load")
	set.IntVar(&f.clients, "c", 0, "closed loop: `clients`, which each wait for an answer before they continue (default 64); open loop: maximum number of requests at once (default 1024)")
	set.StringVar(&rates, "rate", "", "open loop: `steps` a second, on a schedule that does not wait for answers; several rates, separated by commas, are measured one after another")
	set.DurationVar(&f.duration, "d", 0, "how `long` to measure (default 10s; with -baselines 5s for each turn)")
	set.Int64Var(&f.count, "n", 0, "`number` of steps to measure, instead of -d or in addition to it")
	set.DurationVar(&f.warmup, "warmup", 2*time.Second, "how `long` to send the same load before the measurement")
	set.IntVar(&f.accounts, "accounts", 10_000, "number of `accounts` over which the load is spread; they are opened first")
	set.DurationVar(&f.timeout, "timeout", 10*time.Second, "how `long` a request may take")
	set.StringVar(&f.json, "json", "", "`file` for the result as JSON")
	set.StringVar(&f.plot, "plot", "", "`file.svg` for the result as a picture")
	set.BoolVar(&f.baselines, "baselines", false, "start the service, and the programs with which it is compared, on this machine, and compare them")
	set.StringVar(&only, "only", "", "`contests` to run, separated by commas (default: all)")
	set.IntVar(&f.rounds, "rounds", 5, "number of `turns` in which each program of a contest is measured")
	set.Int64Var(&f.big, "big", 0, "also run the contest of a long log, whose log has this number of `events`, such as 10000000")
	set.StringVar(&f.data, "data", "/var/tmp", "`directory` for the contests' databases: on a disk, not in memory")
	set.StringVar(&f.database, "database", "", "`URL` of a server's superuser, to use that server instead of starting one")
	set.StringVar(&f.before, "before", "", "`commit` with whose API the contest of traces also compares")
	set.StringVar(&f.out, "out", "", "`directory` for report.json and pictures; results of contests that are not run this time stay in it")
	set.StringVar(&documents, "document", "", "`files` into which the report is written, between their markers, separated by commas; rows of contests that are not run this time come from -out")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	f.urls, f.only, f.documents = split(urls), split(only), split(documents)
	return f, f.finish(set, rates)
}

func (f *flags) finish(set *flag.FlagSet, rates string) error {
	if set.NArg() > 0 {
		return fmt.Errorf("there is no argument %q; see -h", set.Arg(0))
	}
	for _, text := range split(rates) {
		rate, err := strconv.ParseFloat(text, 64)
		if err != nil || rate <= 0 {
			return fmt.Errorf("-rate %s: it must be a number above 0", text)
		}
		f.rates = append(f.rates, rate)
	}
	if f.plot != "" && !strings.HasSuffix(f.plot, ".svg") {
		return errors.New("-plot: the picture is an SVG, so its name must end with .svg")
	}
	if f.count == 0 && !f.baselines {
		f.duration = cmp.Or(f.duration, 10*time.Second)
	}
	if f.accounts < 1 || f.rounds < 1 || f.clients < 0 {
		return errors.New("-accounts, -rounds and -c must be above 0")
	}
	return nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func listed() string {
	var out strings.Builder
	for _, m := range mixes.All {
		fmt.Fprintf(&out, "  %-16s %s\n", m.Name, m.Does)
	}
	return out.String()
}

func contests() string { return "  " + strings.Join(baselines.Names(), "\n  ") + "\n" }
