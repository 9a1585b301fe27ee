package workflow_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/run"
)

// period is the period of the schedules in these tests.
const period = 500 * time.Millisecond

// everyPeriod returns the Config of a workflow that starts a pump at each multiple of the period.
// The pump of the n-th period has the amount n.
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

// ticks returns the numbers of the periods for which a pump was started, in ascending order. The
// log may have these pumps in another order, because two jobs may run at the same time.
func (p *plant) ticks() []int {
	return rig.One[[]int](p.t, p.pool, `SELECT coalesce(array_agg((data->>'Amount')::int ORDER BY (data->>'Amount')::int), '{}') FROM events WHERE type = 'pump.asked'`)
}

// At each time of a schedule, exactly one instance begins. This is true even if two processes run
// the workflow, one of them ends, and jobs that were done are executed again.
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

// A schedule has one job for each of its times. If the job of one time fails, it waits for its next
// attempt, while the jobs of later times are done. The failed job still waits if another process
// takes over the workflow meanwhile.
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

// While no process ran the workflow, some times of its schedule have passed. When a process runs
// the workflow again, instances of missed times begin: with CatchUp one for each missed time, and
// without CatchUp one for the first missed time only.
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

// A workflow with a bad schedule is refused. The error names the workflow, the schedule and the
// rule that the schedule breaks.
func TestABadScheduleIsRefused(t *testing.T) {
	t.Parallel()
	for rule, next := range map[string]func(time.Time) time.Time{
		"panic: Next breaks":                                      func(time.Time) time.Time { panic("Next breaks") },
		"panic: runtime error":                                    nil,
		"must be after it, and is":                                workflow.Every(0),
		"must be after it, and is 0001-01-01T00:00:00Z":           func(time.Time) time.Time { return time.Time{} },
		"must be before the year 9999, and is in the year 300000": func(time.Time) time.Time { return time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"workflow pumping: two schedules are named \"odd\"":       workflow.Every(time.Hour),
	} {
		odd := pump.Workflow
		odd.Schedules = []workflow.Schedule{{Name: "odd", Next: next}, {Name: "odd", Next: next}}
		_, err := run.New(run.Config{Set: workflow.Set{Workflows: []workflow.Definition{odd.Definition()}}})
		if err == nil || !strings.Contains(err.Error(), rule) || !strings.Contains(err.Error(), "workflow pumping") || !strings.Contains(err.Error(), `"odd"`) {
			t.Errorf("got %v, want %s", err, rule)
		}
	}
}

// A schedule may become bad after the program has checked it. Even then, the workflow reacts to
// events, and the workflow's other schedules begin instances.
func TestAScheduleThatBecomesBad(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	config := p.everyPeriod(true)
	var broken atomic.Bool
	config.Set.Workflows[0].Schedules = append([]workflow.Schedule{{Name: "breaks", Next: func(after time.Time) time.Time {
		if broken.Load() {
			panic("Next breaks")
		}
		return after.Add(time.Hour)
	}}}, config.Set.Workflows[0].Schedules...)
	registry := prometheus.NewRegistry()
	config.Registerer = registry
	all, err := run.New(config)
	if err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	await.Background(t, all.Run)
	await.True(t, "the other schedule begins instances", func() bool { return len(p.ticks()) >= 2 })
	p.becomes(p.ask(p.vessel(10, 5), p.vessel(10, 0), 5), pump.IsEmptied)
	if failed := rig.Sum(t, registry, "workflow_failures_total"); failed != 1 {
		t.Errorf("the bad schedule was counted %v times", failed)
	}
}

// A time of a schedule has come, and the schedule has no later time, which makes it a bad schedule.
// The instance for the time that has come begins nevertheless. But the job of the schedule for this
// time fails, because it can't add a next job.
func TestTheLastTimeOfABadSchedule(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	config := p.everyPeriod(true)
	last := time.Now().Add(time.Hour).Truncate(period)
	config.Set.Workflows[0].Schedules[0].Next = func(time.Time) time.Time { return last }
	p.run(config)
	const comes = `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'workflow_schedule' AND state = 'scheduled'`
	await.True(t, "its time has come", func() bool {
		tag, err := p.pool.Exec(t.Context(), comes)
		if err != nil {
			t.Fatal(err)
		}
		return tag.RowsAffected() == 1
	})
	const failed = `SELECT count(*) FROM river_job WHERE state = 'retryable' AND kind = 'workflow_schedule' AND errors[1]->>'error' LIKE 'bad schedule "tick": %'`
	await.True(t, "its job has failed", func() bool { return rig.One[int](t, p.pool, failed) == 1 })
	if ticks := p.ticks(); len(ticks) != 1 {
		t.Errorf("instances began for the periods %v, want one", ticks)
	}
}
