package workflows

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/control"
	"example.com/pgcqrs/engine/workflow/status"
)

// shownEvents is how many of an instance's last events the subcommand show prints.
const shownEvents = 20

// shown is an instance with its last events.
type shown struct {
	Instance status.Instance `json:"instance"`
	Events   []logged        `json:"events"` // the last events
}

// logged is an event of an instance.
type logged struct {
	Position   int64     `json:"position"`
	Type       string    `json:"type"`
	Stream     uuid.UUID `json:"stream"`
	RecordedAt time.Time `json:"recorded_at"`
	Reacted    bool      `json:"reacted"` // false: the event waits, because the instance is parked or cancelled
}

// Show returns the action of ops workflows show, which prints the instances with a given id.
func Show(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return checkInstance, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		found, err := on.Workflows.Find(ctx, uuid.MustParse(args[0]))
		if err != nil {
			return err
		}
		all := make([]shown, len(found))
		for i, one := range found {
			all[i].Instance = one
			if all[i].Events, err = eventsOf(ctx, on.Workflows, one); err != nil {
				return err
			}
		}
		if *asJSON {
			return output.JSON(out, all)
		}
		for _, one := range all {
			if err := one.show(out); err != nil {
				return err
			}
		}
		return nil
	}
}

// checkInstance returns an error if the first argument is not the id of an instance.
func checkInstance(args []string) error {
	if _, err := uuid.Parse(args[0]); err != nil {
		return fmt.Errorf("instance %q is no UUID", args[0])
	}
	return nil
}

// eventsOf returns the last events of an instance.
func eventsOf(ctx context.Context, on *control.Control, one status.Instance) ([]logged, error) {
	last := one.Positions[max(0, len(one.Positions)-shownEvents):]
	events := make([]logged, 0, len(last))
	for len(last) > 0 {
		run, err := on.Log().AtOn(ctx, on.Pool(), last)
		if err != nil {
			return nil, err
		}
		if len(run) == 0 {
			return nil, fmt.Errorf("the log has no event at position %d", last[0])
		}
		for _, e := range run {
			events = append(events, logged{e.Position, e.Type, e.StreamID, e.RecordedAt, one.ParkedAt == nil || e.Position < *one.ParkedAt})
		}
		for len(last) > 0 && last[0] <= run[len(run)-1].Position {
			last = last[1:]
		}
	}
	return events, nil
}

func (s shown) show(out io.Writer) error {
	one := s.Instance
	head := output.NewTable(out, "WORKFLOW", one.Workflow)
	head.Row("INSTANCE", one.ID)
	head.Row("STATE", oneLine(one.State))
	head.Row("STARTED", one.StartedAt.UTC().Format(time.RFC3339))
	head.Row("LAST EVENT", one.UpdatedAt.UTC().Format(time.RFC3339))
	head.Row("IS", outcomeOf(one))
	if err := head.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if count := len(one.Positions) - len(s.Events); count > 0 {
		fmt.Fprintf(out, "%d earlier events\n", count)
	}
	events := output.NewTable(out, "POSITION", "EVENT", "STREAM", "RECORDED", "")
	for _, e := range s.Events {
		waits := ""
		if !e.Reacted {
			waits = "waits"
		}
		events.Row(e.Position, e.Type, e.Stream, e.RecordedAt.UTC().Format(time.RFC3339Nano), waits)
	}
	if err := events.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	jobs := output.NewTable(out, "JOB", "OF", "KIND", "WHAT", "STATE", "ATTEMPTS", "DUE", "ERROR")
	for _, j := range one.Jobs {
		state := j.State
		if state == "discarded" {
			state = "parked"
		}
		failed, _, _ := strings.Cut(j.Error, "\n")
		jobs.Row(j.ID, fmt.Sprintf("%d.%d", j.Position, j.Number), strings.TrimPrefix(j.Kind, "workflow_"), j.What, state,
			fmt.Sprintf("%d of %d", j.Attempt, j.MaxAttempts), j.Due.UTC().Format(time.RFC3339), failed)
	}
	return jobs.Flush()
}

// outcomeOf describes whether an instance is open, parked, or ended.
func outcomeOf(one status.Instance) string {
	why, _, _ := strings.Cut(one.Error, "\n")
	switch {
	case one.ParkedAt != nil && one.Ended:
		return fmt.Sprintf("%s; it reacts to no event from position %d on", why, *one.ParkedAt)
	case one.ParkedAt != nil:
		return fmt.Sprintf("PARKED at position %d: %s", *one.ParkedAt, why)
	case one.Ended:
		return "ended"
	}
	return "open"
}

// oneLine returns JSON without spaces. If the JSON is not valid, oneLine returns it unchanged.
func oneLine(stored json.RawMessage) string {
	var value any
	if json.Unmarshal(stored, &value) == nil {
		if text, err := json.Marshal(value); err == nil {
			return string(text)
		}
	}
	return string(stored)
}
