package workflow_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/run"
)

// period is the period of the schedules in these tests.
const period = 500 * time.Millisecond

// everyPeriod returns the Config of a workflow that starts a pump at each multiple of the period.
// The amount of the n-th period's pump is n.
func (p *plant) everyPeriod(catchUp bool) run.Config {
	began := time.Now().Truncate(period)
	config := p.config()
	ticking := pump.Workflow
	ticking.Schedules = []workflow.Schedule{{Name: "tick", Next: workflow.Every(period), CatchUp: catchUp}}
	ticking.Tell = func(o workflow.Outcome) any {
		if fired, ok := o.(workflow.Fired); ok && fired.Name == "tick" {
			return pump.Ask{From: uuid.Nil, To: uuid.Nil, Amount: int(fired.Due.Sub(began) / period)}
		}
		return pump.Tell(o)
	}
	config.Set.Workflows = []workflow.Definition{ticking.Definition()}
	return config
}

// ticks returns the numbers of the periods for which a pump was started, in the order of the log.
func (p *plant) ticks() []int {
	return rig.One[[]int](p.t, p.pool, `SELECT coalesce(array_agg((data->>'Amount')::int ORDER BY position), '{}') FROM events WHERE type = 'pump.asked'`)
}

// Each time of a schedule starts exactly one instance, and never too early. This is true even if
// two processes run the workflow, one of them ends, and all jobs are executed twice.
func TestEachTimeOfAScheduleBeginsOneInstance(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	config := p.everyPeriod(true)
	stop := p.run(config)
	p.run(config)
	await.True(t, "three instances have begun", func() bool { return len(p.ticks()) >= 3 })
	stop()
	before := len(p.ticks())
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'available', finalized_at = NULL, attempt = 0 WHERE state = 'completed' AND kind = 'workflow_schedule'`)
	await.True(t, "more instances have begun", func() bool { return len(p.ticks()) >= before+3 })
	ticks := p.ticks()
	for i, tick := range ticks {
		if tick != ticks[0]+i {
			t.Fatalf("instances began for the periods %v", ticks)
		}
	}
	if caused := rig.One[int](t, p.pool, `SELECT count(*) FROM events WHERE type = 'pump.asked' AND metadata ? 'causation_id'`); caused != 0 {
		t.Errorf("%d instances name a cause, and a schedule has none", caused)
	}
}

// If the job of a time fails, the job waits for its next attempt. The job still waits if another
// process takes over the workflow meanwhile.
func TestATimeWhoseJobFailsIsNotForgotten(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	config := p.everyPeriod(true)
	fails := config
	fails.Set.Workflows = slices.Clone(config.Set.Workflows)
	fails.Set.Workflows[0].Tell = func(workflow.Outcome) any { return struct{}{} }
	stop := p.run(fails)
	const failed = `SELECT coalesce(min((args->>'due')::timestamptz), 'epoch') FROM river_job WHERE state = 'retryable' AND kind = 'workflow_schedule'`
	await.True(t, "a job has failed", func() bool { return rig.One[time.Time](t, p.pool, failed).Unix() != 0 })
	stop()
	first := rig.One[time.Time](t, p.pool, failed)
	rig.Do(t, p.pool, `UPDATE river_job SET scheduled_at = scheduled_at + interval '1 hour 1 millisecond' WHERE state = 'retryable'`)
	p.run(config)
	await.True(t, "later times begin instances", func() bool { return len(p.ticks()) >= 2 })
	if again := rig.One[time.Time](t, p.pool, failed); !again.Equal(first) {
		t.Errorf("the job of %v is gone, and the first one that waits is of %v", first, again)
	}
}

// While no process ran the workflow, some times of the schedule have passed. Later the workflow
// starts one instance for each of these times or, without CatchUp, one instance for the first of
// them.
func TestMissedTimesOfASchedule(t *testing.T) {
	t.Parallel()
	for name, catchUp := range map[string]bool{"made up for": true, "skipped": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlant(t)
			config := p.everyPeriod(catchUp)
			stop := p.run(config)
			await.True(t, "an instance has begun", func() bool { return len(p.ticks()) > 0 })
			stop()
			last := p.ticks()
			resume := time.Now().Add(5 * period)
			await.True(t, "some times have passed", func() bool { return time.Now().After(resume) })
			p.run(config)
			await.True(t, "it goes on", func() bool { return len(p.ticks()) >= len(last)+3 })
			ticks := p.ticks()
			missed := 0
			for i := len(last); i < len(ticks); i++ {
				missed += ticks[i] - ticks[i-1] - 1
			}
			if catchUp && missed != 0 || !catchUp && missed < 3 {
				t.Errorf("instances began for the periods %v", ticks)
			}
		})
	}
}
