package work

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// call calls something outside of the service, and tells the instance of the answer. After the last
// attempt, the instance is told that the call was given up; if the workflow makes nothing of that,
// the job stays, parked, until an operator retries it.
func (w *worker) call(ctx context.Context, job *river.Job[jobs.Call]) error {
	caller, ok := w.callers[job.Args.Name]
	if !ok {
		return fmt.Errorf("this program has no caller %q", job.Args.Name)
	}
	answer, err := caller(ctx, job.Args.Cause.Identity(), job.Args.Payload)
	if err == nil {
		encoded, err := json.Marshal(answer)
		if err == nil && len(encoded) > workflow.MaxData {
			err = fmt.Errorf("it has %d bytes of JSON, and at most %d are possible", len(encoded), workflow.MaxData)
		}
		if err != nil {
			return fmt.Errorf("encode the answer of call %s: %w", job.Args.Name, err)
		}
		return w.tell(ctx, job.Args.Cause, workflow.Answered{Name: job.Args.Name, Answer: encoded})
	}
	err = fmt.Errorf("call %s: %w", job.Args.Name, err)
	gaveUp := workflow.GaveUp{Name: job.Args.Name, Error: err.Error()}
	of, known := w.workflows[job.Args.Cause.Workflow]
	if last := job.Attempt >= job.MaxAttempts; last && known && of.Tell != nil && of.Tell(gaveUp) != nil {
		return w.tell(ctx, job.Args.Cause, gaveUp)
	}
	return err
}
