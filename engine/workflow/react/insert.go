package react

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"example.com/pgcqrs/engine/workflow/jobs"
)

// most limits how many jobs one statement adds or deletes.
const most = 1000

// insert adds the new jobs, and notes the ids of the jobs of timers.
func (r *Reactor) insert(ctx context.Context, tx pgx.Tx, all *planned) error {
	var numbers []int // numbers of the jobs that are added
	for i, job := range all.added {
		if !job.dropped {
			numbers = append(numbers, i)
		}
	}
	for len(numbers) > 0 {
		some := numbers[:min(most, len(numbers))]
		params := make([]river.InsertManyParams, len(some))
		for i, number := range some {
			params[i] = all.added[number].params
		}
		added, err := r.Jobs.InsertManyTx(ctx, tx, params)
		if err != nil {
			return fmt.Errorf("add jobs: %w", err)
		}
		if len(added) != len(some) {
			return errors.New("add jobs: some are missing")
		}
		for i, number := range some {
			if err := all.setTimer(number, added[i].Job); err != nil {
				return err
			}
		}
		numbers = numbers[len(some):]
	}
	return nil
}

// setTimer notes the id of the job with a number, if it is a timer that is still set.
// River returns jobs in the order in which they were added, but does not promise it.
func (p *planned) setTimer(number int, job *rivertype.JobRow) error {
	one := p.added[number]
	timer, ok := one.instance.Timers[one.timer]
	if !ok || timer.Job != -int64(number+1) {
		return nil
	}
	var stored jobs.Timer
	if err := json.Unmarshal(job.EncodedArgs, &stored); err != nil {
		return fmt.Errorf("add jobs: %w", err)
	}
	if stored.Cause != one.params.Args.(jobs.Timer).Cause {
		return errors.New("add jobs: they came back in another order")
	}
	timer.Job = job.ID
	one.instance.Timers[one.timer] = timer
	return nil
}

// cancel deletes jobs of timers that are not being done.
func (r *Reactor) cancel(ctx context.Context, tx pgx.Tx, ids []int64) error {
	for len(ids) > 0 {
		some := ids[:min(most, len(ids))]
		params := river.NewJobDeleteManyParams().IDs(some...).First(len(some)).States(
			rivertype.JobStateScheduled, rivertype.JobStateAvailable, rivertype.JobStateRetryable, rivertype.JobStateDiscarded)
		if _, err := r.Jobs.JobDeleteManyTx(ctx, tx, params); err != nil {
			return fmt.Errorf("cancel timers: %w", err)
		}
		ids = ids[len(some):]
	}
	return nil
}
