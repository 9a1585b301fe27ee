package workflow_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/process/ops/workflows"
	"example.com/pgcqrs/engine/workflow"
)

// Somebody deletes one job of an open instance, and cancels another job of this instance. When an
// operator retries the instance, both jobs are added again, and the instance continues.
func TestLostJobsAreAddedAgain(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	o := p.operator()
	o.says(workflows.Pause, "pumping")
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	id := p.ask(from, to, 30)
	p.reacts()
	o.refuses(workflows.Retry, id.String(), "none is missing")
	rig.Do(t, p.pool, `DELETE FROM river_job WHERE kind = 'workflow_command'`)
	rig.Do(t, p.pool, `UPDATE river_job SET state = 'cancelled', finalized_at = now() WHERE kind = 'workflow_timer'`)
	o.says(workflows.Retry, id.String(), "command take of event 5 was missing, and is added again", "timer patience of event 5 was missing, and is added again")
	o.refuses(workflows.Retry, id.String(), "none is missing")
	const set = `SELECT count(*) FROM workflow_instances i JOIN river_job j ON j.id = (i.timers->'patience'->>'job')::bigint AND j.state = 'available' WHERE i.id = $1`
	if count := rig.One[int](t, p.pool, set, id); count != 1 {
		t.Error("the instance does not know the job of its timer")
	}
	rig.Do(t, p.pool, `UPDATE river_job SET scheduled_at = now() + interval '1 hour', state = 'scheduled' WHERE kind = 'workflow_timer' AND state = 'available'`)
	p.run(p.config())
	o.says(workflows.Resume, "pumping")
	p.becomes(id, pump.IsEmptied)
	idle(t, p.pool, "pumping")
	o.refuses(workflows.Retry, id.String(), "not parked")
	if level := p.level(from); level != 70 {
		t.Errorf("the vessel has %d", level)
	}
}

// The repair of an instance adds its missing jobs again. If the queue has no row of a job any more,
// but the job was done, the repair does not add the job. The repair does not add a cancelled timer
// either.
func TestJobsThatWereDoneAreNotAddedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	stop := s.run(nil)
	id := uuid.New()
	s.play(id, Step{Label: "a", Wishes: []Wish{{Kind: "say", Name: "a"}, after("lost", time.Hour), after("gone", time.Hour)}},
		Step{Label: "b", Wishes: []Wish{{Kind: "cancel", Name: "gone"}, {Kind: "at", Name: "fired", Time: time.Unix(0, 0)}}})
	s.hears(id, "said a")
	s.hears(id, "fired fired")
	s.passed()
	stop()
	rig.Do(t, s.pool, `DELETE FROM river_job`)
	for _, want := range [][]string{{"timer lost of event 1"}, nil} {
		if missing, err := s.reactor(scripted(nil)).Repair(t.Context(), id); err != nil || !slices.Equal(missing, want) {
			t.Errorf("missing are %q, want %q; %v", missing, want, err)
		}
	}
	if _, err := s.reactor(scripted(brokenAt("a"))).Repair(t.Context(), id); err == nil || s.parkedFor(id) != "" {
		t.Errorf("repaired by a version that can't react: %v, parked for %q", err, s.parkedFor(id))
	}
	if got := s.lines(id); got.Labels != "ab" || len(got.Heard) != 2 {
		t.Errorf("after the repair its state is %+v", got)
	}
}

// A new version of the program reacts with the same parts in another order, and with one part more.
// The repair of an instance finds what the earlier version has done, and adds only what is missing.
func TestAnotherOrderDoesNothingTwice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	stop := s.run(nil)
	id := uuid.New()
	s.play(id, Step{Label: "a", Wishes: []Wish{{Kind: "say", Name: "a"}, after("lost", time.Hour), {Kind: "say", Name: "b"}}})
	s.hears(id, "said a")
	s.hears(id, "said b")
	s.passed()
	stop()
	rig.Do(t, s.pool, `DELETE FROM river_job`)
	newer := scripted(nil)
	older := newer.React
	newer.React = func(l Lines, e event.Recorded) []workflow.Do {
		reaction := older(l, e)
		slices.Reverse(reaction)
		if len(reaction) > 0 {
			reaction = append([]workflow.Do{workflow.After{Name: "new", Wait: time.Hour}}, reaction...)
		}
		return reaction
	}
	missing, err := s.reactor(newer).Repair(t.Context(), id)
	if want := []string{"timer lost of event 1"}; err != nil || !slices.Equal(missing, want) {
		t.Errorf("missing are %q, want %q; %v", missing, want, err)
	}
}
