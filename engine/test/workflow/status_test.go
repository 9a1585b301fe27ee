package workflow_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/process/ops/workflows"
	"example.com/pgcqrs/engine/workflow/status"
)

// status1 returns the status of the workflow.
func (p *plant) status1(o *operator) status.Status {
	p.t.Helper()
	all, err := status.All(p.t.Context(), o.on.Workflows.Pool(), o.on.Workflows.Names(), status.Many)
	if err != nil || len(all) != 1 {
		p.t.Fatalf("status: %+v, %v", all, err)
	}
	return all[0]
}

// watch returns a Watch that reads the state of the workflow until the test ends.
func (p *plant) watch(registry *prometheus.Registry, config status.Config) *status.Watch {
	p.t.Helper()
	config.Poll, config.Registerer, config.Logger = 20*time.Millisecond, registry, slog.New(slog.DiscardHandler)
	w := status.New(p.pool, []string{"pumping"}, config)
	await.Background(p.t, w.Watch)
	return w
}

// A process is ready while the workflow reacts to new events. If no process runs the workflow, the
// readiness check fails, and the metrics show the lag.
func TestWatchSeesWhetherAWorkflowMoves(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	registry := prometheus.NewRegistry()
	w := p.watch(registry, status.Config{StuckAfter: 100 * time.Millisecond})
	await.True(t, "it is ready", func() bool { return w.Ready() == nil })
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id := p.ask(from, to, 30)
	await.True(t, "it is stuck", func() bool {
		err := w.Ready()
		return err != nil && strings.Contains(err.Error(), "stuck at position 0") && strings.Contains(err.Error(), "5 events behind; it is run by nobody")
	})
	if up, lag := rig.Sum(t, registry, "workflow_up"), rig.Sum(t, registry, "workflow_lag_events"); up != 0 || lag != 5 {
		t.Errorf("workflow_up is %v, and workflow_lag_events %v", up, lag)
	}
	p.run(p.config())
	p.ends(id)
	await.True(t, "it is ready", func() bool { return w.Ready() == nil && rig.Sum(t, registry, "workflow_up") == 1 })
	await.True(t, "nothing lags", func() bool { return rig.Sum(t, registry, "workflow_lag_events") == 0 })
}

// Metrics show how many jobs are due or parked, for how long the oldest due job has waited, and how
// many instances are open or parked.
func TestWatchCountsWhatWaits(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping")
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	p.ask(from, to, 1)
	second := p.ask(from, to, 1)
	third := p.ask(from, to, 1)
	p.reacts()
	rig.Do(t, p.pool, `UPDATE river_job SET scheduled_at = now() - interval '1 hour' WHERE id = (SELECT min(id) FROM river_job WHERE kind = 'workflow_command')`)
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE id = (SELECT max(id) FROM river_job WHERE kind = 'workflow_command')`)
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'scheduled', scheduled_at = now() + interval '1 hour' WHERE kind = 'workflow_timer'`)
	rig.Do(t, p.pool, `UPDATE workflow_instances SET parked_at = 1, error = 'no', updated_at = updated_at - interval '9 hours' WHERE id = $1`, third)
	rig.Do(t, p.pool, `UPDATE workflow_instances SET updated_at = updated_at - interval '2 hours' WHERE id = $1`, second)
	registry := prometheus.NewRegistry()
	p.watch(registry, status.Config{})
	await.True(t, "a job is late", func() bool { return rig.Sum(t, registry, "workflow_late_seconds") >= 3600 })
	for name, want := range map[string]float64{
		"workflow_due_jobs": 2, "workflow_parked_jobs": 1, "workflow_open_instances": 3, "workflow_parked_instances": 1, "workflow_paused": 1, "workflow_running_jobs": 0,
	} {
		if got := rig.Sum(t, registry, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if idle := rig.Sum(t, registry, "workflow_idle_seconds"); idle < 2*3600 || idle > 3*3600 {
		t.Errorf("the oldest open instance was idle for %v s", idle)
	}
	if s := p.status1(o); s.Timers != 3 {
		t.Errorf("%d timers are set", s.Timers)
	}
}

// Even if a workflow has very many timers, a query of its status reads only a few thousand entries
// of an index, because it does not count all timers. The jobs of one instance are also found by an
// index.
func TestAReadingIsCheapWithManyTimers(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	rig.Do(t, p.pool, `
		INSERT INTO river_job (args, kind, max_attempts, queue, state, scheduled_at)
		SELECT jsonb_build_object('name', 'patience', 'cause', jsonb_build_object('workflow', 'pumping', 'position', i, 'number', 0, 'instance', md5(i::text)::uuid)),
		       'workflow_timer', 10, 'pumping', 'scheduled', now() + i * interval '1 second' FROM generate_series(60, 50000) i`)
	rig.Do(t, p.pool, `VACUUM ANALYZE river_job`)
	one := rig.One[uuid.UUID](t, p.pool, `SELECT md5('70')::uuid`)
	tx, err := p.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	all, err := status.All(t.Context(), tx, []string{"pumping"}, 1000)
	if err != nil || all[0].Timers != 1000 || all[0].Due != 0 {
		t.Fatalf("%+v, %v", all, err)
	}
	if orphans, err := status.Orphans(t.Context(), tx, nil); err != nil || len(orphans) != 1 || orphans[0] != "pumping" {
		t.Fatalf("%v, %v", orphans, err)
	}
	jobs, err := status.Jobs(t.Context(), tx, "pumping", one)
	if err != nil || len(jobs) != 1 || jobs[0].Position != 70 || jobs[0].What != "patience" {
		t.Fatalf("%+v, %v", jobs, err)
	}
	var read int64
	const rows = `
		SELECT pg_stat_get_xact_tuples_returned('river_job'::regclass) + sum(pg_stat_get_xact_tuples_returned(indexrelid))
		FROM pg_index WHERE indrelid = 'river_job'::regclass`
	if err := tx.QueryRow(t.Context(), rows).Scan(&read); err != nil {
		t.Fatal(err)
	}
	if read < 1000 || read > 5000 {
		t.Errorf("the readings have read %d rows and entries of indexes", read)
	}
}
