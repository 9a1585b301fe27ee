package baselines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/feeding"
	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/projecting"
	"example.com/pgcqrs/tools/lab/load/baselines/reading"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/baselines/writing"
)

// contest is a benchmark of several contestants (programs or configurations), which are measured
// alternately.
type contest struct {
	name string
	does string // description for people
	run  func(context.Context, *bench.Bench) ([]score.Row, error)
}

// contests lists all benchmarks, in the order in which docs/performance.md shows them.
var contests = []contest{
	{findings.RatesContest, "deposits at fixed rates, on a schedule that waits for nobody", writing.Rates},
	{"writes64", "deposits by 64 clients: the service, no-op and naive", writing.WritesBy(64)},
	{"writes256", "the same by 256 clients", writing.WritesBy(256)},
	{"writes1", "the same by one client", writing.WritesBy(1)},
	{"hot", "deposits to one account, and to all", writing.Hot},
	{"projector", "deposits while the projector keeps up, and its memory", projecting.Following},
	{"relay", "the same while the relay publishes, too", projecting.Relaying},
	{"chain", "the same with the log chained by hashes, and without", projecting.Chained},
	{"personal", "commands with personal data, which is encrypted, and as many bytes in clear", projecting.Personal},
	{"readable", "from a write's answer to the read that shows it, at fixed rates", reading.Readable},
	{"reads", "one account by its id", reading.Reads},
	{"projection", "a log of 200,000 events into two tables: the projector, and a transaction per event", projecting.Projection},
	{"big", "deposits on a long log (-big N), and on an empty one", projecting.Long},
	{"three", "deposits through three API processes, and through one", writing.Three},
	{"overload", "more than the service can do, on a schedule that waits for nobody", writing.Overload},
	{"transfers", "transfers at 100/s, and transfers that wait for a projector", projecting.Transfers},
	{"traces", "processor time of a deposit with traces, and without (-before COMMIT: and at that commit)", writing.Traced},
	{"feed", "deposits with subscribers of the feed, and without", feeding.Subscribed},
	{"delivered", "from a write's answer to the event at a subscriber, at 500 writes a second", feeding.Delivered},
	{"quiet", "1,000 subscribers that get nothing: their memory, and the time until all are connected", feeding.Quiet},
	{"catchup", "a log of 1,000,000 events as lines of JSON, and with COPY", feeding.CatchUp},
	{"sql", "the database alone, without order or NOTIFY: the ceiling", writing.Ceiling},
}

// Names returns the benchmarks that Options.Only can select, each with a description.
func Names() (names []string) {
	for _, c := range contests {
		names = append(names, fmt.Sprintf("%-10s %s", c.name, c.does))
	}
	return names
}

// Run runs the benchmarks that the options select, one after another. If ctx ends, Run returns the
// rows of the finished benchmarks, together with the error.
func Run(ctx context.Context, options lab.Options) (*findings.Report, error) {
	chosen, err := choose(options)
	if err != nil {
		return nil, err
	}
	l, err := lab.New(ctx, options)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	found := &findings.Report{Machine: findings.MachineOf(l)}
	for _, c := range chosen {
		options.Say(c.name + ": " + c.does)
		if err := hold(ctx, l, c, found); err != nil {
			return found, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return found, nil
}

func choose(options lab.Options) (chosen []contest, err error) {
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

func hold(ctx context.Context, l *lab.Lab, c contest, found *findings.Report) error {
	b := &bench.Bench{Lab: l, Contest: c.name, Measured: score.Figures{}}
	defer b.Clear()
	rows, err := c.run(ctx, b)
	if err != nil {
		return err
	}
	for _, row := range rows {
		row.Contest, row.Measured, row.Revision = c.name, time.Now().UTC().Truncate(time.Second), l.Revision
		l.Options.Say("  " + row.String())
		found.Rows = append(found.Rows, row)
	}
	found.Turns = append(found.Turns, findings.Thinned(b.Turns)...)
	return nil
}
