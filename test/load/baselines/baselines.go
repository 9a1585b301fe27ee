package baselines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pgcqrs/test/load/drive"
)

// Options say what to measure, and for how long.
type Options struct {
	Data     string               // directory on a real disk, for the databases
	Only     []string             // contests; none: all that take minutes, not hours
	Rounds   int                  // how often each side has its turn
	Duration time.Duration        // of one turn
	Warmup   time.Duration        // before it
	Accounts int                  // that the load is spread over
	Lock     string               // file to hold a lock on during a round, so that measurements take turns; "": none
	Say      func(string)         // told what happens
	Progress func(drive.Progress) // nil, or told how far a turn is
}

// contest measures some sides in turns.
type contest struct {
	name string
	does string // for people
	run  func(context.Context, *bench) ([]Row, error)
}

// contests are all that there are, in the order of docs/performance.md.
var contests = []contest{
	{"writes64", "writes by 64 clients: the service, no-op and naive", func(ctx context.Context, b *bench) ([]Row, error) { return b.writes(ctx, 64) }},
	{"writes256", "the same by 256", func(ctx context.Context, b *bench) ([]Row, error) { return b.writes(ctx, 256) }},
	{"writes1", "the same by one", func(ctx context.Context, b *bench) ([]Row, error) { return b.writes(ctx, 1) }},
}

// Names are the contests that Options.Only can choose from, with what each does.
func Names() (names []string) {
	for _, c := range contests {
		names = append(names, fmt.Sprintf("%-10s %s", c.name, c.does))
	}
	return names
}

// Run measures the chosen contests one after another. When ctx ends it returns the
// rows that are finished, with the error.
func Run(ctx context.Context, options Options) (*Report, error) {
	chosen, err := choose(options.Only)
	if err != nil {
		return nil, err
	}
	lab, err := NewLab(ctx, options)
	if err != nil {
		return nil, err
	}
	defer lab.Close()
	report := newReport(lab)
	for _, c := range chosen {
		options.Say(c.name + ": " + c.does)
		rows, err := lab.hold(ctx, c)
		report.Rows = append(report.Rows, rows...)
		if err != nil {
			return report, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return report, nil
}

func choose(only []string) (chosen []contest, err error) {
	if len(only) == 0 {
		return contests, nil
	}
	for _, name := range only {
		i := slices.IndexFunc(contests, func(c contest) bool { return c.name == name })
		if i < 0 {
			return nil, errors.New("there is no contest " + name + "; there are:\n  " + strings.Join(Names(), "\n  "))
		}
		chosen = append(chosen, contests[i])
	}
	return chosen, nil
}

func (l *Lab) hold(ctx context.Context, c contest) ([]Row, error) {
	b := &bench{Lab: l, contest: c.name}
	defer b.clear()
	rows, err := c.run(ctx, b)
	for i := range rows {
		rows[i].Contest = c.name
		rows[i].Command = "go run ./test/load -baselines -only " + c.name
	}
	return rows, err
}
