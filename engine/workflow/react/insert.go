package react

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// most limits how many jobs one statement adds.
const most = 1000

// write adds the new jobs, deletes the jobs of cancelled timers, and saves the instances.
func (r *Reactor) write(ctx context.Context, tx pgx.Tx, all *planned) error {
	cancelled := all.cancelled() // must be computed before the new timers have ids
	if err := r.insert(ctx, tx, all); err != nil {
		return err
	}
	if err := cancel(ctx, tx, cancelled); err != nil {
		return err
	}
	return instances.Save(ctx, tx, r.Workflow.Name, all.touched)
}

// insert adds the new jobs. If a job is a timer, insert stores the job's id in the instance.
func (r *Reactor) insert(ctx context.Context, tx pgx.Tx, all *planned) error {
	for numbers := all.wanted(); len(numbers) > 0; {
		some := numbers[:min(most, len(numbers))]
		params := make([]river.InsertManyParams, len(some))
		for i, number := range some {
			params[i] = all.added[number].params
		}
		rows, err := r.Jobs.InsertManyTx(ctx, tx, params)
		if err != nil {
			return fmt.Errorf("add jobs: %w", err)
		}
		if len(rows) != len(some) {
			return errors.New("add jobs: some are missing")
		}
		for i, number := range some {
			if err := all.added[number].setTimer(rows[i].Job); err != nil {
				return err
			}
		}
		numbers = numbers[len(some):]
	}
	return nil
}

// setTimer stores the id of a new job in its instance, if the job is a timer. River returns jobs in
// the order in which they were added, but does not guarantee this order. Therefore setTimer checks
// that the job is the expected one.
func (a added) setTimer(job *rivertype.JobRow) error {
	if a.timer == "" {
		return nil
	}
	var stored jobs.Timer
	if err := json.Unmarshal(job.EncodedArgs, &stored); err != nil {
		return fmt.Errorf("add jobs: %w", err)
	}
	if asked, ok := a.params.Args.(jobs.Timer); !ok || stored.Cause != asked.Cause {
		return errors.New("add jobs: they came back in another order")
	}
	a.instance.Timers[a.timer] = instances.Timer{Job: job.ID, Due: stored.Due}
	return nil
}

// cancel deletes jobs of timers, except for jobs that are being done. If another transaction has
// locked a job's row, cancel waits. River's own function for deleting would skip such a row, and
// the timer would fire.
func cancel(ctx context.Context, tx pgx.Tx, ids []int64) error {
	const sql = `
		DELETE FROM river_job WHERE id = ANY ($1) AND kind = $2 AND state IN ('scheduled', 'available', 'retryable', 'discarded')`
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, sql, ids, jobs.Timer{}.Kind()); err != nil {
		return fmt.Errorf("cancel timers: %w", err)
	}
	return nil
}
