package workflow_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/process/ops/workflows"
	"example.com/pgcqrs/engine/workflow/status"
)

// A program does not contain a workflow any more, but the database still has timers of this
// workflow. The workflow is listed nevertheless, a metric shows it, and an operator can cancel its
// instances.
func TestRemovedWorkflowsAreSeen(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping") // the jobs wait
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id := p.ask(from, to, 30)
	p.reacts()
	rig.Do(t, p.pool, `UPDATE workflow_instances SET workflow = 'draining'`)
	rig.Do(t, p.pool, `UPDATE river_job SET queue = 'draining', state = 'scheduled', scheduled_at = now() + interval '1 hour',
		args = jsonb_set(args, '{cause,workflow}', '"draining"')`)
	rig.Do(t, p.pool, `INSERT INTO river_job (args, kind, max_attempts, queue) VALUES ('{}', 'report', 1, 'reports')`)
	rig.Do(t, p.pool, `SELECT start_workflow('draining')`)
	registry := prometheus.NewRegistry()
	p.watch(registry, status.Config{})
	await.True(t, "an orphan is seen", func() bool { return rig.Sum(t, registry, "workflow_orphaned") == 1 })
	o.says(workflows.List, "", "draining", "not in this program")
	o.says(workflows.Show, id.String(), "draining")
	o.says(workflows.Cancel, "-note removed -yes "+id.String(), "draining")
	await.True(t, "no orphan is left", func() bool { return rig.Sum(t, registry, "workflow_orphaned") == 0 })
}
