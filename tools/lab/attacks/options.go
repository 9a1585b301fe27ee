//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/attacks/catalog"
	"example.com/pgcqrs/tools/lab/attacks/report"
	"example.com/pgcqrs/tools/lab/attacks/world"
)

type options struct {
	duration time.Duration // duration of each attack
	quiet    time.Duration // duration of the measurement before each attack
	only     []string      // names of the attacks to run; empty: all
	world    world.Options
	data     string
	limits   report.Limits
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
	set.DurationVar(&o.quiet, "quiet", 15*time.Second, "how `long` the other client is measured before each attack")
	set.StringVar(&only, "only", "", "`attacks` to run, separated by commas (default: all)")
	set.StringVar(&api, "api", "", "`NAME=VALUE` for the API's environment; several are separated by commas")
	set.StringVar(&o.data, "data", "/var/tmp", "`directory` for the database: on a disk, not in memory")
	short := set.Bool("short", false, "run each attack for four seconds, with limits for a machine that has other work")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.only, o.world.API = split(only), split(api)
	o.world.Long, o.limits = 200_000, report.Strict
	if *short {
		o = o.shortened()
	}
	if set.NArg() > 0 || o.duration <= 0 || o.quiet <= 0 {
		return o, errors.New("-d and -quiet must be above 0, and there are no arguments; see -h")
	}
	for _, name := range o.only {
		if !slices.ContainsFunc(catalog.All, func(a catalog.Attack) bool { return a.Name == name }) {
			return o, fmt.Errorf("there is no attack %q; see -h", name)
		}
	}
	return o, nil
}

// shortened returns options for a busy machine. With these options the command finds out whether
// the service lacks a bound, but does not measure how much an attack slows other clients.
func (o options) shortened() options {
	o.duration, o.quiet, o.world.Long, o.limits = 4*time.Second, 1500*time.Millisecond, 50_000, report.Generous
	return o
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func listed() string {
	var out strings.Builder
	for _, a := range catalog.All {
		fmt.Fprintf(&out, "  %-18s %s\n", a.Name, a.Does)
	}
	return out.String()
}
