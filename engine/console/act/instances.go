package act

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/workflow/control"
	"example.com/pgcqrs/engine/workflow/status"
)

// instances returns the id of the instances that an order names, and the beginning of its plan.
func (a *Acts) instances(ctx context.Context, order Order) (uuid.UUID, Plan, error) {
	id, err := uuid.Parse(order.ID)
	if err != nil {
		return id, Plan{}, ErrUnknown
	}
	found, err := a.Workflows.Find(ctx, id)
	if errors.Is(err, status.ErrNoInstance) {
		return id, Plan{}, ErrGone
	}
	if err != nil {
		return id, Plan{}, err
	}
	plan := Plan{On: "instance " + id.String(), Now: []Fact{{"Instance", id.String()}}}
	var seen []string
	for _, one := range found {
		is := "open"
		switch {
		case one.ParkedAt != nil && !one.Ended:
			is = fmt.Sprintf("parked at position %d: %s", *one.ParkedAt, firstLine(one.Error))
		case one.Ended:
			is = "ended"
		}
		plan.Now = append(plan.Now, Fact{"Workflow " + one.Workflow, is})
		seen = append(seen, one.Workflow, is)
		for _, job := range one.Jobs {
			if job.Done == nil || job.State == "discarded" {
				plan.Now = append(plan.Now, Fact{fmt.Sprintf("Job %d", job.ID), jobText(job)})
			}
			if job.State == "discarded" {
				seen = append(seen, fmt.Sprint(job.ID, job.Attempt))
			}
		}
	}
	plan.Seen = strings.Join(seen, " ")
	return id, plan, nil
}

// jobText describes a job in one line.
func jobText(job status.Job) string {
	state := job.State
	if state == "discarded" {
		state = "parked"
	}
	text := fmt.Sprintf("%s %s, %s after %d of %d attempts", strings.TrimPrefix(job.Kind, "workflow_"), job.What, state, job.Attempt, job.MaxAttempts)
	if job.Error != "" {
		text += ": " + firstLine(job.Error)
	}
	return text
}

func (a *Acts) retryInstance(ctx context.Context, order Order) (prepared, error) {
	id, plan, err := a.instances(ctx, order)
	if err != nil {
		return prepared{}, err
	}
	plan.Title = "Retry an instance of a workflow"
	plan.Like = "ops workflows retry " + id.String()
	plan.Will = []string{
		"If the instance is parked, it reacts to the events that it has missed, in order.",
		"Each of its parked jobs is attempted once more, and jobs that an open instance lacks are added again.",
		"What was done before is not done again: a job's identity makes the log refuse that.",
	}
	return prepared{plan, func(ctx context.Context, order Order) (string, error) {
		done, err := a.Workflows.Retry(ctx, id, control.By{Operator: order.Operator, Note: order.Note})
		var outcome []string
		for _, one := range done {
			if one.Reacted {
				outcome = append(outcome, one.Workflow+" has reacted to what it had missed.")
			}
			if len(one.Jobs)+len(one.Added) > 0 {
				outcome = append(outcome, fmt.Sprintf("%d jobs are attempted once more, %d are added again.", len(one.Jobs), len(one.Added)))
			}
		}
		return strings.Join(outcome, " "), err
	}}, nil
}

func (a *Acts) cancelInstance(ctx context.Context, order Order) (prepared, error) {
	id, plan, err := a.instances(ctx, order)
	if err != nil {
		return prepared{}, err
	}
	plan.Title, plan.Note, plan.Final = "Cancel an instance of a workflow", true, true
	plan.Like = "ops workflows cancel -note … " + id.String()
	plan.Will = []string{
		"All its jobs and timers that are not done are cancelled, and it reacts to no later event.",
		"What it has done before is not undone: look at its events first.",
		"Your name, the time and the note are stored with the instance and its jobs. A later retry takes it back.",
	}
	return prepared{plan, func(ctx context.Context, order Order) (string, error) {
		done, err := a.Workflows.Cancel(ctx, id, control.By{Operator: order.Operator, Note: order.Note})
		var outcome []string
		for _, one := range done {
			outcome = append(outcome, fmt.Sprintf("%s: cancelled with %d jobs; %d jobs are still being done.", one.Workflow, len(one.Jobs), len(one.Running)))
		}
		return strings.Join(outcome, " "), err
	}}, nil
}
