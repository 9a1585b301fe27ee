package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"example.com/pgcqrs/test/load/baselines"
)

type flags struct {
	baselines bool
	only      string
	rounds    int
	data      string
	lock      string
	duration  time.Duration
	warmup    time.Duration
	accounts  int
}

func parse(args []string) (flags, error) {
	var f flags
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	set.BoolVar(&f.baselines, "baselines", false, "start what the service is compared with, and compare")
	set.StringVar(&f.only, "only", "", "`contests` to hold, with commas")
	set.IntVar(&f.rounds, "rounds", 5, "turns of each side of a contest")
	set.StringVar(&f.data, "data", "/var/tmp", "`directory` for the databases of a contest: on a disk, not in memory")
	set.StringVar(&f.lock, "lock", "", "`file` to lock during a round, so that measurements on one machine take turns")
	set.DurationVar(&f.duration, "d", 5*time.Second, "how long to measure")
	set.DurationVar(&f.warmup, "warmup", 2*time.Second, "how long to load before that")
	set.IntVar(&f.accounts, "accounts", 10_000, "accounts to spread the load over")
	return f, set.Parse(args)
}

func (f flags) options() baselines.Options {
	return baselines.Options{
		Data: f.data, Only: strings.FieldsFunc(f.only, func(r rune) bool { return r == ',' }), Rounds: f.rounds,
		Duration: f.duration, Warmup: f.warmup, Accounts: f.accounts, Lock: f.lock,
		Say: func(text string) { fmt.Fprintln(os.Stderr, text) },
	}
}
