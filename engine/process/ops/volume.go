package ops

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"example.com/pgcqrs/engine/eventlog/volume"
	"example.com/pgcqrs/engine/process/ops/output"
)

// usualEvents is the number of events that ops stats -volume measures by default.
const usualEvents = 100_000

// volumeFlags are the flags of ops stats about the volume of the log.
type volumeFlags struct {
	set    *flag.FlagSet
	wanted bool
	events int64
	all    bool
	within time.Duration
}

func newVolumeFlags(set *flag.FlagSet) *volumeFlags {
	f := &volumeFlags{set: set}
	set.BoolVar(&f.wanted, "volume", false, "also how many events there are, and how large: by day and type, and the longest streams")
	set.Int64Var(&f.events, "events", usualEvents, "how many of the last `events` -volume measures")
	set.BoolVar(&f.all, "all", false, "have -volume measure all events, which takes about 3 seconds of one processor for a million")
	set.DurationVar(&f.within, "timeout", 30*time.Second, "`time` after which -volume gives up a statement")
	return f
}

// check returns an error if the flags contradict each other, or if a value is wrong.
func (f *volumeFlags) check([]string) error {
	given := make(map[string]bool)
	f.set.Visit(func(flag *flag.Flag) { given[flag.Name] = true })
	switch {
	case !f.wanted && (given["events"] || given["all"] || given["timeout"]):
		return errors.New("-events, -all and -timeout need -volume")
	case given["events"] && f.all:
		return errors.New("-events and -all contradict each other: drop one of them")
	case f.events < 1:
		return fmt.Errorf("-events is %d: it takes a number from 1 on, or -all for all events", f.events)
	case f.within < time.Millisecond:
		return fmt.Errorf("-timeout is %v: it takes at least 1ms", f.within)
	}
	return nil
}

// limits returns how much is measured.
func (f *volumeFlags) limits() volume.Limits {
	if f.all {
		return volume.Limits{Within: f.within}
	}
	return volume.Limits{Events: f.events, Within: f.within}
}

// showVolume prints the volume of the log as two tables.
func showVolume(out io.Writer, v volume.Volume) error {
	fmt.Fprintf(out, "\nMeasured: positions %d to %d. Sizes are those of the stored data and metadata.\n\n", v.First, v.Last)
	days := output.NewTable(out, "DAY (UTC)", "TYPE", "EVENTS", "MEAN BYTES", "LARGEST", "KILOBYTES")
	for _, d := range v.Days {
		days.Row(d.Day, d.Type, d.Events, d.Mean(), d.Largest, (d.Bytes+999)/1000)
	}
	if err := days.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	streams := output.NewTable(out, "LONGEST STREAMS OF THESE EVENTS", "TYPE", "VERSION")
	for _, s := range v.Longest {
		streams.Row(s.StreamID, s.StreamType, s.Version)
	}
	return streams.Flush()
}
