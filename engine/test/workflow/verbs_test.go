package workflow_test

import (
	"bytes"
	"errors"
	"flag"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/process/ops/workflows"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/control"
	"example.com/pgcqrs/engine/workflow/instances"
)

// operator executes the commands about workflows that the program ops has, such as "ops workflows
// retry".
type operator struct {
	plant *plant
	on    verb.Operated
	logs  bytes.Buffer // what the commands have logged
}

func (p *plant) operator() *operator {
	p.t.Helper()
	o := &operator{plant: p}
	all, err := control.New(control.Config{
		Set: p.config().Set, Pool: p.pool, Log: p.store, Decode: pump.Decode, Logger: slog.New(slog.NewTextHandler(&o.logs, nil)),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	o.on.Workflows = all
	return o
}

type setup func(*flag.FlagSet) (func([]string) error, verb.Action)

// do executes a command of ops, and returns the text that the command prints.
func (o *operator) do(of setup, args ...string) (said string, err error) {
	o.plant.t.Helper()
	flags := flag.NewFlagSet("verb", flag.ContinueOnError)
	check, act := of(flags)
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	if check != nil {
		if err := check(flags.Args()); err != nil {
			return "", err
		}
	}
	var out bytes.Buffer
	err = act(o.plant.t.Context(), o.on, flags.Args(), &out)
	return out.String(), err
}

// says executes a command of ops. The test fails if the command fails, or if the command does not
// print all of the texts.
func (o *operator) says(of setup, args string, texts ...string) string {
	o.plant.t.Helper()
	said, err := o.do(of, strings.Fields(args)...)
	if err != nil {
		o.plant.t.Fatalf("%s: %v", args, err)
	}
	for _, text := range texts {
		if !strings.Contains(said, text) {
			o.plant.t.Errorf("%s: no %q in\n%s", args, text, said)
		}
	}
	return said
}

// refuses executes a command of ops that must fail. The test fails if the command's error does not
// contain the text.
func (o *operator) refuses(of setup, args, text string) {
	o.plant.t.Helper()
	said, err := o.do(of, strings.Fields(args)...)
	if err == nil || !strings.Contains(err.Error(), text) {
		o.plant.t.Errorf("%s: %v instead of %q; it says\n%s", args, err, text, said)
	}
}

// jobsIn returns the number of jobs in a state.
func (p *plant) jobsIn(state string) int {
	p.t.Helper()
	return rig.One[int](p.t, p.pool, `SELECT count(*) FROM river_job WHERE state = $1::river_job_state`, state)
}

// reacts runs the workflow until it has reacted to all events of the log. The tests pause the
// workflow before, so that no job is executed.
func (p *plant) reacts() {
	p.t.Helper()
	all := p.config()
	stop := p.run(all)
	head, err := p.store.Head(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	await.True(p.t, "the workflow is at the end of the log", func() bool {
		return rig.One[int64](p.t, p.pool, `SELECT position FROM checkpoints WHERE projection = 'workflow pumping'`) >= head
	})
	stop()
}

// ends waits until the work of a pump has ended. On a slow machine, the pump may have expired
// meanwhile, and has then returned the water.
func (p *plant) ends(id uuid.UUID) {
	p.t.Helper()
	await.True(p.t, "the pump ends", func() bool { s := p.status(id); return s == pump.IsEmptied || s == pump.IsReturned })
}

// While a workflow is paused, it reacts to events, but its jobs wait. A process that starts during
// the pause does not execute these jobs either. After an operator has resumed the workflow, the
// jobs are executed.
func TestPausedJobsWait(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.List, "", "nobody", "goes on")
	o.says(workflows.Pause, "-note repair pumping", "pumping is paused")
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id := p.ask(from, to, 30)
	p.run(p.config())
	await.True(t, "the job waits", func() bool { return p.jobsIn("available") == 2 }) // the command, and the timer, which is due soon
	o.says(workflows.List, "", "paused", "repair", verb.Operator())
	o.says(workflows.Show, id.String(), "pump.asked", "take", "available", "0 of 10", "open")
	if p.status(id) != pump.IsAsked {
		t.Errorf("the pump is %s", p.status(id))
	}
	o.says(workflows.Resume, "-json pumping", `"did": "resumed"`)
	p.ends(id)
	o.refuses(workflows.Resume, "pumping", "neither paused nor stopped")
	o.refuses(workflows.Pause, "pumps", `no workflow "pumps": there is pumping`)
	for _, line := range []string{"workflow paused", "workflow resumed", "by=" + verb.Operator(), "note=repair"} {
		if !strings.Contains(o.logs.String(), line) {
			t.Errorf("no %q in the log\n%s", line, &o.logs)
		}
	}
}

// After an operator has cancelled an instance, none of the instance's jobs is executed, no timer of
// the instance fires, and the instance does not react to later events. The instance keeps the
// operator's reason. When an operator retries the instance, it continues.
func TestCancelledInstancesStop(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping")
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id, other := p.ask(from, to, 30), p.ask(from, to, 1)
	p.reacts()
	o.refuses(workflows.Cancel, id.String(), "say why")
	o.refuses(workflows.Cancel, "-note leak "+id.String(), "nothing was cancelled")
	o.refuses(workflows.Cancel, "-note leak -yes "+uuid.NewString(), "no workflow of this service has such an instance")
	o.refuses(workflows.Cancel, "-note leak -yes 7", "no UUID")
	o.says(workflows.Cancel, "-note leak -yes "+id.String(), "2 jobs and timers are cancelled", "reacts to no event from position")
	o.says(workflows.Show, id.String(), "cancelled by "+verb.Operator()+": leak", "cancelled")
	if left := rig.One[int](t, p.pool, `SELECT count(*) FROM workflow_instances WHERE id = $1 AND timers <> '{}'`, id); left != 0 {
		t.Error("the cancelled instance has timers")
	}
	stop := p.run(p.config())
	o.says(workflows.Resume, "pumping")
	p.ends(other)
	rig.Handle[pump.Pump, pump.Command](t, p.pumps, id, pump.Fill{}) // somebody else fills the pump: the workflow must not empty it
	p.ends(p.ask(from, to, 2))
	o.says(workflows.Show, id.String(), "pump.filled", "waits")
	if s := p.status(id); s != pump.IsFilled {
		t.Errorf("the cancelled pump is %s", s)
	}
	o.says(workflows.List, "", "pumping")
	if parked := p.status1(o).Parked; parked != 0 {
		t.Errorf("%d instances count as parked", parked)
	}
	o.says(workflows.Retry, id.String(), "goes on", "command take of event 5 was missing, and is added again")
	p.becomes(id, pump.IsEmptied)
	idle(t, p.pool, "pumping")
	o.refuses(workflows.Cancel, "-note leak -yes "+id.String(), "has ended: nothing to cancel")
	if parked := rig.One[bool](t, p.pool, `SELECT parked_at IS NOT NULL FROM workflow_instances WHERE id = $1`, id); parked {
		t.Error("the refused cancel has changed the instance")
	}
	stop()
	if !strings.Contains(o.logs.String(), "instance of a workflow cancelled") || !strings.Contains(o.logs.String(), "note=leak") {
		t.Errorf("the log has no act with its reason\n%s", &o.logs)
	}
}

// A job that has failed too often is parked. When an operator retries its instance, the job is
// attempted again.
func TestParkedJobsAreRetried(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping")
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id := p.ask(from, to, 30)
	p.reacts()
	rig.Do(t, p.pool, `
		UPDATE river_job SET state = 'discarded', finalized_at = now(), attempt = 10,
		       errors = ARRAY[jsonb_build_object('at', now(), 'attempt', 10, 'error', 'the tap is stuck', 'trace', '')]
		WHERE kind = 'workflow_command'`)
	o.says(workflows.Show, id.String(), "parked", "the tap is stuck", "10 of 10")
	o.says(workflows.Parked, "-json", id.String(), `"what": "command take"`, "the tap is stuck")
	o.refuses(workflows.Parked, "pumps", `no workflow "pumps"`)
	if parked := p.status1(o).ParkedJobs; parked != 1 {
		t.Errorf("%d jobs are parked", parked)
	}
	o.says(workflows.Retry, id.String(), "is attempted once more")
	o.refuses(workflows.Retry, id.String(), "not parked")
	rig.Do(t, p.pool, `UPDATE river_job SET scheduled_at = now() + interval '1 hour', state = 'scheduled' WHERE kind = 'workflow_timer'`)
	p.run(p.config())
	o.says(workflows.Resume, "pumping")
	p.becomes(id, pump.IsEmptied)
}

// After the bug in the workflow was corrected, a parked instance continues by a retry. Until then,
// a retry fails and prints the reason.
func TestParkedInstancesAreRetried(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	broken := p.config()
	of := broken.Set.Workflows[0]
	works := of.React
	of.React = func(state []byte, e event.Recorded) ([]workflow.Do, error) {
		if e.Type == "pump.filled" {
			return nil, errors.New("the valve is unknown")
		}
		return works(state, e)
	}
	broken.Set.Workflows = []workflow.Definition{of}
	stop := p.run(broken)
	id := p.ask(from, to, 30)
	o := p.operator()
	await.True(t, "the instance is parked", func() bool { return p.status1(o).Parked == 1 })
	stop()
	o.says(workflows.Show, id.String(), "PARKED at position", "the valve is unknown", "waits")
	o.says(workflows.Parked, "pumping", id.String(), "event at position", "the valve is unknown")
	p.run(p.config())
	o.says(workflows.Retry, "-json "+id.String(), `"did": "retried"`)
	p.ends(id)
}

// With one command, an operator retries everything that is parked in a workflow: its instances,
// their jobs, and the jobs of its schedules, which have no instance yet.
func TestAllThatIsParkedIsRetried(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	broken := p.everyPeriod(true)
	broken.Set.Workflows = slices.Clone(broken.Set.Workflows)
	of := &broken.Set.Workflows[0]
	of.React = func([]byte, event.Recorded) ([]workflow.Do, error) { return nil, errors.New("the valve is unknown") }
	of.Tell = func(workflow.Outcome) any { return struct{}{} }
	stop := p.run(broken)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	ids := []uuid.UUID{p.ask(from, to, 30), p.ask(from, to, 1)}
	o := p.operator()
	o.refuses(workflows.Retry, "pumps", "neither the id of an instance nor the name of a workflow")
	await.True(t, "instances are parked", func() bool { return p.status1(o).Parked == 2 })
	await.True(t, "a job of the schedule has failed", func() bool { return p.jobsIn("retryable") > 0 })
	stop()
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'discarded', finalized_at = now(), attempt = max_attempts WHERE state = 'retryable'`)
	o.says(workflows.Parked, "", "schedule tick of 20", "no target lists the command", ids[0].String(), ids[1].String())
	o.says(workflows.Retry, "pumping", "2 instances have reacted", "0 failed again")
	o.refuses(workflows.Retry, "pumping", "not parked")
	p.run(p.config())
	p.ends(ids[0])
	p.ends(ids[1])
	await.True(t, "the jobs of the schedule are done", func() bool { return p.jobsIn("completed") > 0 && p.jobsIn("discarded") == 0 })
}

// A dry run prints what the workflow would do, and changes nothing. An operator can start a
// workflow at a position of the log as long as the workflow has no instance.
func TestDryRunAndStart(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id := p.ask(from, to, 30)
	rig.Do(t, p.pool, `DELETE FROM checkpoints`)
	said := o.says(workflows.DryRun, "pumping", "5 pump.asked, instance "+id.String(), "command vessel.take", "timer patience at ", "1 instances, 1 commands, 1 timers, 0 calls")
	if strings.Contains(said, "vessel.built") {
		t.Errorf("events without a reaction are printed\n%s", said)
	}
	o.says(workflows.DryRun, "-from 6 pumping", "0 instances, 0 commands")
	o.refuses(workflows.DryRun, "-from 0 pumping", "position 1")
	o.refuses(workflows.DryRun, "-from 7 pumping", "beyond the end of the log")
	if left := rig.One[int](t, p.pool, `SELECT (SELECT count(*) FROM river_job) + (SELECT count(*) FROM workflow_instances) + (SELECT count(*) FROM checkpoints)`); left != 0 {
		t.Errorf("the dry run has left %d rows", left)
	}
	stop := p.run(p.config()) // a new workflow begins at the end of the log
	await.True(t, "the workflow has a checkpoint", func() bool { return !p.status1(o).New })
	if s := p.status1(o); s.Position != 5 || s.Open != 0 {
		t.Errorf("the workflow is at %d with %d instances", s.Position, s.Open)
	}
	o.refuses(workflows.Start, "pumping", "say where")
	o.refuses(workflows.Start, "-from 5 pumping", "nothing was started")
	o.refuses(workflows.Start, "-from 7 -yes pumping", "beyond the end of the log")
	o.says(workflows.Start, "-from 5 -yes pumping", "reacts to events from position 5 on")
	p.ends(id)
	o.refuses(workflows.Start, "-from 1 -yes pumping", "it has instances already")
	stop()
}

// If the log loses events to which a workflow has reacted, the workflow stops, because its
// checkpoint is ahead of the log. When an operator resumes the workflow, its checkpoint is set back
// to the end of the log. An instance that had only lost events is deleted, and its jobs are
// cancelled. Other instances stay.
func TestResumeAfterALossOfEvents(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping")
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	kept := p.ask(from, to, 1)
	lost := p.ask(from, to, 2)
	p.reacts()
	if len(instancesOf(t, p, kept, lost)) != 2 {
		t.Fatal("the workflow has not reacted to both")
	}
	rig.Do(t, p.pool, `ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE position > 5; ALTER TABLE events ENABLE TRIGGER USER`)
	stop := p.run(p.config())
	await.True(t, "the workflow is stopped", func() bool { return p.status1(o).Ahead })
	stop()
	o.says(workflows.List, "", "STOPPED, ahead of the log")
	o.refuses(workflows.Resume, "pumping", "say why it may go on")
	o.refuses(workflows.Resume, "-note restored pumping", "nothing was resumed")
	o.says(workflows.Resume, "-note restored -yes pumping", "goes on after position 5; 1 instances have forgotten lost events, and 2 jobs are cancelled")
	if s := p.status1(o); s.Ahead || s.PausedAt != nil || s.Position != 5 {
		t.Errorf("after resume: %+v", s)
	}
	if left := instancesOf(t, p, kept, lost); len(left) != 1 || left[kept] == nil {
		t.Errorf("instances %v are left", left)
	}
}

func instancesOf(t *testing.T, p *plant, ids ...uuid.UUID) map[uuid.UUID]*instances.Instance {
	t.Helper()
	found, err := instances.Read(t.Context(), p.pool, pump.Workflow.Name, ids)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
