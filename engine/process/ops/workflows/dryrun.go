package workflows

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/jobs"
	"example.com/pgcqrs/engine/workflow/react"
)

// planned is the JSON object that is printed for one reaction.
type planned struct {
	Position int64     `json:"position"`
	Event    string    `json:"event"`
	Instance uuid.UUID `json:"instance"`
	Would    []string  `json:"would"`
	Error    string    `json:"error,omitempty"` // why the instance would be parked
}

// DryRun returns the action of ops workflows dry-run, which prints how a workflow would react to
// the events of the log, and changes nothing.
func DryRun(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	from := flags.Int64("from", 1, "`position` of the first event to which the workflow would react")
	asJSON := verb.JSONFlag(flags)
	check = func([]string) error {
		if *from < 1 {
			return errors.New("the first event of the log has the position 1")
		}
		return nil
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		reactor, err := on.Workflows.Reactor(args[0])
		if err != nil {
			return err
		}
		t := tally{instances: make(map[uuid.UUID]bool)}
		last, err := reactor.DryRun(ctx, *from, func(r react.Reaction) error { return t.print(out, *asJSON, r) })
		if err != nil || *asJSON {
			return err
		}
		_, err = fmt.Fprintf(out, "positions %d to %d: %d instances, %d commands, %d timers, %d calls, %d instances parked; nothing was done\n",
			*from, last, len(t.instances), t.commands, t.timers, t.calls, t.parked)
		return err
	}
}

// tally counts what a dry run prints.
type tally struct {
	instances                       map[uuid.UUID]bool
	commands, timers, calls, parked int
}

// print prints a reaction. A reaction that does nothing is counted, but not printed.
func (t *tally) print(out io.Writer, asJSON bool, r react.Reaction) error {
	t.instances[r.Instance] = true
	p := planned{Position: r.Position, Event: r.Type, Instance: r.Instance}
	for _, job := range r.Jobs {
		p.Would = append(p.Would, t.count(job))
	}
	for _, name := range r.Cancel {
		p.Would = append(p.Would, "cancel timer "+name)
	}
	if r.Error != "" {
		t.parked++
		p.Error, _, _ = strings.Cut(r.Error, "\n")
	}
	switch {
	case len(p.Would) == 0 && p.Error == "":
		return nil
	case asJSON:
		return output.JSON(out, p)
	}
	fmt.Fprintf(out, "%d %s, instance %s\n", p.Position, p.Event, p.Instance)
	for _, would := range p.Would {
		fmt.Fprintln(out, "    "+would)
	}
	if p.Error != "" {
		fmt.Fprintln(out, "    PARKED: "+p.Error)
	}
	return nil
}

// count counts a job, and returns a description of it.
func (t *tally) count(job river.JobArgs) string {
	switch job := job.(type) {
	case jobs.Command:
		t.commands++
		return fmt.Sprintf("command %s.%s %s to %s", job.Command.StreamType, job.Command.Name, job.Command.Data, job.Stream)
	case jobs.Timer:
		t.timers++
		return fmt.Sprintf("timer %s at %s", job.Name, job.Due.UTC().Format(time.RFC3339Nano))
	case jobs.Call:
		t.calls++
		return fmt.Sprintf("call %s %s", job.Name, job.Payload)
	}
	return job.Kind()
}
