package control

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/workflow/status"
)

// RetriedAll says what RetryAll has done.
type RetriedAll struct {
	Instances int     // parked instances that have reacted to the events that they had missed
	Jobs      []int64 // parked jobs that are attempted once more
	Failed    int     // instances that are still parked, and jobs that could not be retried
}

// mostErrors is the largest number of failed retries whose errors RetryAll returns.
const mostErrors = 10

// RetryAll retries the parked instances and the parked jobs of a workflow, also the jobs of its
// schedules. The one that has been parked longest is retried first, and one call retries at most
// status.Many. After a retry that fails, RetryAll continues with the next one; at the end it
// returns the errors of the first mostErrors failures. If ctx ends, the instances and jobs that
// were not retried stay parked.
func (c *Control) RetryAll(ctx context.Context, workflow string, by By) (done RetriedAll, err error) {
	reactor, err := c.Reactor(workflow)
	if err != nil {
		return done, err
	}
	parked, err := status.ListParked(ctx, c.config.Pool, []string{workflow}, status.Many)
	if err != nil {
		return done, err
	}
	if len(parked) == 0 {
		return done, fmt.Errorf("%s: %w", workflow, ErrNothingParked)
	}
	var failed []error
	for _, one := range parked {
		if ctx.Err() != nil {
			failed = append(failed, ctx.Err())
			break
		}
		if one.Job == nil {
			err = reactor.Retry(ctx, *one.Instance)
		} else if _, err = c.queue.JobRetry(ctx, *one.Job); err != nil {
			err = fmt.Errorf("retry job %d: %w", *one.Job, err)
		}
		switch {
		case err != nil:
			done.Failed++
			if len(failed) < mostErrors {
				failed = append(failed, err)
			}
		case one.Job == nil:
			done.Instances++
		default:
			done.Jobs = append(done.Jobs, *one.Job)
		}
	}
	c.log("everything that was parked retried", workflow, by, "instances", done.Instances, "jobs", len(done.Jobs), "failed", done.Failed)
	return done, errors.Join(failed...)
}
