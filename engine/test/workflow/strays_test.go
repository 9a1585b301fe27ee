package workflow_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/process/ops/workflows"
)

// A job is marked as running in a process that is alive, but the process does not execute the job.
// For example, the answer with which the process would have got the job was lost. After some
// seconds the job is executed.
func TestAJobThatAProcessHasLostIsDone(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	p.run(p.config())
	p.ends(p.ask(from, to, 1))
	self := rig.One[string](t, p.pool, `SELECT attempted_by[array_upper(attempted_by, 1)] FROM river_job WHERE attempted_by IS NOT NULL LIMIT 1`)
	o.says(workflows.Pause, "pumping")
	id := p.ask(from, to, 30)
	await.True(t, "the job waits", func() bool { return p.jobsIn("available") == 2 }) // the command, and the timer
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY[$1] WHERE state = 'available' AND kind = 'workflow_command'`, self)
	rig.Do(t, p.pool, `DELETE FROM river_job WHERE kind = 'workflow_timer'`) // it would end the pump
	o.says(workflows.Resume, "pumping")
	p.becomes(id, pump.IsEmptied)
}

// If a process ends during the last attempt of a job, the job is parked, because the job may be the
// reason why the process has ended. An operator can retry the job.
func TestAJobThatEndsItsProcessIsParked(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping")
	id := p.ask(p.vessel(100, 100), p.vessel(100, 0), 30)
	p.reacts()
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'running', attempt = max_attempts, attempted_at = now(), attempted_by = ARRAY['dead'] WHERE kind = 'workflow_command'`)
	p.run(p.config())
	await.True(t, "the job is parked", func() bool { return p.jobsIn("discarded") == 1 })
	o.says(workflows.Parked, "pumping", id.String(), "the worker process has ended")
	rig.Do(t, p.pool, `DELETE FROM river_job WHERE kind = 'workflow_timer'`)
	o.says(workflows.Retry, "pumping", "1 jobs are attempted once more")
	o.says(workflows.Resume, "pumping")
	p.becomes(id, pump.IsEmptied)
}
