package workflow_test

import (
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/control"
	"example.com/pgcqrs/engine/workflow/run"
)

// Guarantee 11: if another process executes a job a second time, even a week later, the job appends
// no event. This is true for every result of the first execution.
func TestAJobThatIsDoneAgainAppendsNothing(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to, small := p.vessel(1000, 100), p.vessel(1000, 0), p.vessel(10, 0)
	stop := p.run(p.config())
	moved, returned, refused := p.ask(from, to, 30), p.ask(from, small, 20), p.ask(from, to, 500)
	p.becomes(moved, pump.IsEmptied)
	p.becomes(returned, pump.IsReturned)
	p.becomes(refused, pump.IsRefused)
	stop()
	late, stop := p.late(p.config(), from, to)
	p.becomes(late, pump.IsReturned)
	idle(t, p.pool, "pumping")
	head := rig.Head(t, p.pool)
	again(t, p.pool)
	idle(t, p.pool, "pumping")
	stop()
	if now := rig.Head(t, p.pool); now != head {
		t.Errorf("jobs that were done again have appended %d events", now-head)
	}
	rig.Handle[pump.Vessel, pump.VesselCommand](t, p.vessels, from, pump.Pour{Amount: 800})
	rig.Handle[pump.Vessel, pump.VesselCommand](t, p.vessels, to, pump.Pour{Amount: 970})
	again(t, p.pool)
	p.run(p.config()) // this process has no states in memory
	idle(t, p.pool, "pumping")
	if now := rig.Head(t, p.pool); now != head+2 {
		t.Errorf("jobs that were done again have appended %d events when the vessels had other levels", now-head-2)
	}
	if least := rig.One[int](t, p.pool, `SELECT min(attempt) FROM river_job WHERE state = 'completed'`); least != 3 {
		t.Errorf("some job was attempted %d times only", least)
	}
}

// late runs workflows, and starts a pump whose command Take is executed only after the pump has
// expired. No other process may run workflows meanwhile: it could execute jobs before it learns of
// the pause.
func (p *plant) late(config run.Config, from, to uuid.UUID) (id uuid.UUID, stop func()) {
	p.t.Helper()
	queue := p.operator().on.Workflows
	if err := queue.Pause(p.t.Context(), "pumping", control.By{}); err != nil {
		p.t.Fatal(err)
	}
	id, stop = p.ask(from, to, 1), p.run(config)
	const count = `SELECT count(*) FROM river_job WHERE args->'cause'->>'instance' = $1`
	await.True(p.t, "the jobs are there", func() bool { return rig.One[int](p.t, p.pool, count, id.String()) == 2 })
	rig.Do(p.t, p.pool, `
		UPDATE river_job SET scheduled_at = now() + CASE kind WHEN 'workflow_command' THEN interval '2 seconds' ELSE interval '0' END
		WHERE args->'cause'->>'instance' = $1`, id.String())
	if _, err := queue.Resume(p.t.Context(), "pumping", control.By{}); err != nil {
		p.t.Fatal(err)
	}
	p.becomes(id, pump.IsExpired)
	return id, stop
}

// A command of a job was refused. The job is executed again when the command would be accepted. The
// command stays refused.
func TestARefusalStaysARefusal(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(1000, 0), p.vessel(1000, 0)
	p.run(p.config())
	id := p.ask(from, to, 10)
	p.becomes(id, pump.IsRefused)
	idle(t, p.pool, "pumping")
	rig.Handle[pump.Vessel, pump.VesselCommand](t, p.vessels, from, pump.Pour{Amount: 100})
	again(t, p.pool)
	idle(t, p.pool, "pumping")
	if level := p.level(from); level != 100 {
		t.Errorf("the vessel has %d: water was taken for a pump that was refused", level)
	}
}

// A command of a job was accepted. The job is executed again when the command would be refused. The
// command stays accepted, and the instance gets no refusal.
func TestAnAcceptanceStaysAnAcceptance(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(1000, 10), p.vessel(1000, 0)
	config := p.config()
	var told atomic.Int64
	of := pump.Workflow
	of.Tell = func(o workflow.Outcome) any {
		if _, ok := o.(workflow.Refused); ok {
			told.Add(1)
		}
		return pump.Tell(o)
	}
	config.Set.Workflows = []workflow.Definition{of.Definition()}
	p.run(config)
	id := p.ask(from, to, 10)
	p.becomes(id, pump.IsEmptied)
	idle(t, p.pool, "pumping")
	again(t, p.pool)
	idle(t, p.pool, "pumping")
	if count := told.Load(); count > 0 {
		t.Errorf("the pump was told of %d refusals", count)
	}
}
