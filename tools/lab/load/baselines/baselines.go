package baselines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// Options say what to measure, and for how long.
type Options struct {
	Data     string               // directory on a real disk, for the databases
	Server   string               // URL of the superuser of a server to use; "": one of our own
	Only     []string             // contests; none: all
	Rounds   int                  // how often each side has its turn
	Duration time.Duration        // of one turn
	Warmup   time.Duration        // before it
	Accounts int                  // that the load is spread over
	Big      int64                // events in the log of the contest "big"; 0: it is not held
	Say      func(string)         // told what happens
	Progress func(drive.Progress) // nil, or told how far a turn is
}

// contest measures some sides in turns.
type contest struct {
	name string
	does string // for people
	run  func(*bench, context.Context) ([]Row, error)
}

// contests are all that there are, in the order of docs/performance.md.
var contests = []contest{
	{"writes64", "deposits by 64 clients: the service, no-op and naive", writesBy(64)},
	{"writes256", "the same by 256 clients", writesBy(256)},
	{"writes1", "the same by one client", writesBy(1)},
	{"hot", "deposits to one account, and to all", (*bench).hot},
	{"projector", "deposits while the projector keeps up, and its memory", (*bench).following},
	{"relay", "the same while the relay publishes, too", (*bench).relaying},
	{"chain", "the same with the log chained by hashes, and without", (*bench).chained},
	{"personal", "commands with personal data, which is encrypted, and as many bytes in clear", (*bench).personal},
	{"readable", "from a write's answer to the read that shows it, at fixed rates", (*bench).readable},
	{"reads", "one account by its id", (*bench).reads},
	{"projection", "a log of 200,000 events into two tables: the projector, and a transaction per event", (*bench).projection},
	{"big", "deposits on a long log (-big N), and on an empty one", (*bench).long},
	{"three", "deposits through three API processes, and through one", (*bench).three},
	{"overload", "more than the service can do, on a schedule that waits for nobody", (*bench).overload},
	{"sql", "the database alone, without order or NOTIFY: the ceiling", (*bench).ceiling},
}

// Names are the contests that Options.Only can choose from, with what each does.
func Names() (names []string) {
	for _, c := range contests {
		names = append(names, fmt.Sprintf("%-10s %s", c.name, c.does))
	}
	return names
}

// Run holds the chosen contests one after another. When ctx ends it returns the rows
// that are finished, with the error.
func Run(ctx context.Context, options Options) (*Report, error) {
	chosen, err := choose(options)
	if err != nil {
		return nil, err
	}
	lab, err := NewLab(ctx, options)
	if err != nil {
		return nil, err
	}
	defer lab.Close()
	found := &Report{Machine: lab.machine()}
	for _, c := range chosen {
		options.Say(c.name + ": " + c.does)
		if err := lab.hold(ctx, c, found); err != nil {
			return found, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return found, nil
}

func choose(options Options) (chosen []contest, err error) {
	wanted := slices.Clone(options.Only)
	for _, c := range contests {
		asked := slices.Contains(wanted, c.name)
		wanted = slices.DeleteFunc(wanted, func(name string) bool { return name == c.name })
		switch {
		case c.name == "big" && options.Big == 0 && asked:
			return nil, errors.New("the contest big needs -big, the number of events in the log")
		case c.name == "big" && options.Big == 0:
		case asked || len(options.Only) == 0:
			chosen = append(chosen, c)
		}
	}
	if len(wanted) > 0 {
		return nil, errors.New("there is no contest " + wanted[0] + "; there are:\n  " + strings.Join(Names(), "\n  "))
	}
	return chosen, nil
}

func (l *Lab) hold(ctx context.Context, c contest, found *Report) error {
	b := &bench{Lab: l, contest: c.name, measured: figures{}}
	defer b.clear()
	rows, err := c.run(b, ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		row.Contest, row.Measured, row.Revision = c.name, time.Now().UTC().Truncate(time.Second), l.revision
		l.Say("  " + row.String())
		found.Rows = append(found.Rows, row)
	}
	found.Turns = append(found.Turns, thinned(b.turns)...)
	return nil
}
