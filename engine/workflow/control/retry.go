package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river/rivertype"

	"example.com/pgcqrs/engine/workflow/status"
)

// Retried describes what Retry has done for one instance.
type Retried struct {
	Workflow string
	Reacted  bool     // the instance was parked or cancelled, and has reacted to the events that it had missed
	Added    []string // what the jobs do that were missing, and are added again
	Jobs     []int64  // jobs that were parked, and are attempted once more
}

// ErrNothingParked means that there was nothing to retry: the instance is not parked, none of its
// jobs is parked, and no job of an open instance is missing.
var ErrNothingParked = errors.New("the instance is not parked, none of its jobs is, and none is missing")

// Retry retries the instances with the given id: each workflow has at most one such instance. A
// parked instance reacts to the events that it has missed, and each parked job is attempted once
// more. If an instance is open and not parked, or was cancelled, Retry adds its deleted and
// cancelled jobs again. If an instance still can't react to an event, it stays parked at this
// event, and Retry returns the error. Retry retries the parked jobs of this instance nevertheless.
func (c *Control) Retry(ctx context.Context, id uuid.UUID, by By) ([]Retried, error) {
	found, err := status.Find(ctx, c.config.Pool, c.names, id)
	if err != nil {
		return nil, err
	}
	var done []Retried
	var failed []error
	for _, one := range found {
		retried, err := c.retry(ctx, one)
		if err != nil {
			failed = append(failed, err)
		}
		if retried.Reacted || len(retried.Jobs) > 0 || len(retried.Added) > 0 {
			done = append(done, retried)
			c.log("instance of a workflow retried", one.Workflow, by, "instance", id, "reacted", retried.Reacted, "added", retried.Added, "jobs", retried.Jobs)
		}
	}
	if len(done) == 0 && len(failed) == 0 {
		return nil, fmt.Errorf("%s: %w", id, ErrNothingParked)
	}
	return done, errors.Join(failed...)
}

func (c *Control) retry(ctx context.Context, one status.Instance) (done Retried, err error) {
	done.Workflow = one.Workflow
	var failed []error
	reactor, err := c.Reactor(one.Workflow)
	if err != nil {
		return done, err
	}
	if one.ParkedAt != nil && !one.Ended {
		err = reactor.Retry(ctx, one.ID)
	} else {
		done.Added, err = reactor.Repair(ctx, one.ID)
	}
	if err != nil {
		failed = append(failed, err)
	} else {
		done.Reacted = one.ParkedAt != nil
	}
	for _, job := range one.Jobs {
		if job.State != string(rivertype.JobStateDiscarded) {
			continue
		}
		if _, err := c.queue.JobRetry(ctx, job.ID); err != nil {
			failed = append(failed, fmt.Errorf("retry job %d: %w", job.ID, err))
			continue
		}
		done.Jobs = append(done.Jobs, job.ID)
	}
	return done, errors.Join(failed...)
}
