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
	out       string
	documents []string
}

const usage = `go -C tools/lab run ./load [flags]

Puts load on a running service (AUTH=off go run ./cmd/dev run: it has no token) and says
what it took. It opens accounts and deposits to them: never point it at a service that
matters.

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
	set.StringVar(&urls, "url", "http://127.0.0.1:8080", "`URLs` of API processes, with commas")
	set.StringVar(&f.mix, "mix", "write", "`name` of the load")
	set.IntVar(&f.clients, "c", 0, "closed loop: `clients` that each wait for an answer before they continue (default 64); open loop: maximum of requests that run at once (default 1024)")
	set.StringVar(&rates, "rate", "", "open loop: `steps` a second, on a schedule that does not wait for answers; several, with commas, run one after another")
	set.DurationVar(&f.duration, "d", 0, "how `long` to measure (default 10s; 5s a turn of -baselines)")
	set.Int64Var(&f.count, "n", 0, "how `many` steps to measure, instead of or besides -d")
	set.DurationVar(&f.warmup, "warmup", 2*time.Second, "how `long` to make the same load before the measurement")
	set.IntVar(&f.accounts, "accounts", 10_000, "`accounts` to spread the load over, opened first")
	set.DurationVar(&f.timeout, "timeout", 10*time.Second, "how `long` a request may take")
	set.StringVar(&f.json, "json", "", "`file` for the result as JSON")
	set.StringVar(&f.plot, "plot", "", "`file.svg` for the result as a picture")
	set.BoolVar(&f.baselines, "baselines", false, "start the service and what it is compared with on this machine, and compare them")
	set.StringVar(&only, "only", "", "`contests` to run, with commas (default all)")
	set.IntVar(&f.rounds, "rounds", 5, "`turns` of each side of a contest")
	set.Int64Var(&f.big, "big", 0, "also run the contest of a long log, with so many `events`, such as 10000000")
	set.StringVar(&f.data, "data", "/var/tmp", "`directory` for the contests' databases: on a disk, not in memory")
	set.StringVar(&f.database, "database", "", "`URL` of a server's superuser, to use that server instead of starting one")
	set.StringVar(&f.out, "out", "", "`directory` for report.json and pictures; results of contests that do not run again stay in it")
	set.StringVar(&documents, "document", "", "`files` to write the report into, between their markers, separated by commas; other contests' rows come from -out")
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
