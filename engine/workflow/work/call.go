package work

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// call calls something outside of the service, and passes the answer to the instance. If the last
// attempt fails, call passes the outcome GaveUp to the instance. If the workflow's function Tell
// returns no command for GaveUp, the job is parked until an operator retries it.
func (w *worker) call(ctx context.Context, job *river.Job[jobs.Call]) error {
	caller, ok := w.callers[job.Args.Name]
	if !ok {
		return fmt.Errorf("this program has no caller %q", job.Args.Name)
	}
	answer, err := w.ask(ctx, caller, job.Args.Cause.Identity(), job.Args.Payload)
	if err == nil {
		return w.tell(ctx, job.Args.Cause, workflow.Answered{Name: job.Args.Name, Answer: answer})
	}
	err = fmt.Errorf("call %s: %w", job.Args.Name, err)
	gaveUp := workflow.GaveUp{Name: job.Args.Name, Error: err.Error()}
	of, known := w.workflows[job.Args.Cause.Workflow]
	if last := job.Attempt >= job.MaxAttempts; last && ctx.Err() == nil && known && of.Tell != nil && of.Tell(gaveUp) != nil {
		return w.tell(ctx, job.Args.Cause, gaveUp)
	}
	return err
}

// grace is how long a Caller has to return after its context has ended.
const grace = 2 * time.Second

// ask calls a Caller, for at most the time limit of an attempt. If the Caller panics, ask returns
// an error, so that the instance learns of a failed last attempt. When the time limit has passed or
// the process is stopped, the Caller must return within the time grace. If it does not, ask returns
// an error, and drops what the Caller answers later.
func (w *worker) ask(ctx context.Context, caller workflow.Caller, key uuid.UUID, payload json.RawMessage) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	type result struct {
		answer json.RawMessage
		err    error
	}
	results := make(chan result, 1) // so that a late answer stops no goroutine
	go func() {
		answer, err := answerOf(ctx, caller, key, payload)
		results <- result{answer, err}
	}()
	select {
	case r := <-results:
		return r.answer, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-results:
		return r.answer, r.err
	case <-time.After(grace):
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, fmt.Errorf("the caller did not return within its time limit of %s", w.timeout)
	}
	return nil, fmt.Errorf("the caller did not return after it was stopped: %w", ctx.Err())
}

// answerOf calls a Caller, and encodes the answer. If the Caller panics, answerOf returns an error,
// so that the instance learns of a failed last attempt.
func answerOf(ctx context.Context, caller workflow.Caller, key uuid.UUID, payload json.RawMessage) (answer json.RawMessage, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
	}()
	said, err := caller(ctx, key, payload)
	if err != nil {
		return nil, err
	}
	if answer, err = workflow.Encode(said, workflow.MaxData); err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return answer, nil
}
