package workflow_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/run"
)

// A program stops the workflow at an event that only a newer version of the program knows. The
// newer version continues.
func TestAnUnknownEventStopsTheWorkflow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := s.config(scripted(nil))
	registry := prometheus.NewRegistry()
	config.Registerer = registry
	stop := start(t, config)
	id := uuid.New()
	s.play(id, say("a"))
	s.hears(id, "said a")
	unknown := rig.Head(t, s.pool) + 1
	rig.Put(t, s.pool, "script", uuid.New(), unknown, 1, "script.later", 1, `{}`)
	s.play(id, say("b"))
	await.True(t, "the workflow was interrupted", func() bool { return rig.Sum(t, registry, "workflow_failures_total") >= 2 })
	if got := s.lines(id).Labels; got != "a" {
		t.Errorf("it has reacted to %q, beyond an event that it does not know", got)
	}
	stop()
	newer := s.config(scripted(nil))
	newer.Decode = func(eventType string, version int, data []byte) (event.Event, error) {
		if eventType == "script.later" {
			return Later{}, nil
		}
		return decodeScript(eventType, version, data)
	}
	start(t, newer)
	s.hears(id, "said b")
}

// If a new version of the program has another structure of the state, it computes each state again
// from the log. If it can't compute a state, the instance is parked at its next event, and its old
// state stays stored for another version.
func TestAnotherShapeIsFoldedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := uuid.New()
	stop := s.run(nil)
	s.play(id, say("a"), say("b"))
	s.hears(id, "said b")
	s.becomesIdle()
	stop()
	version := func(shape int, mark string) workflow.Workflow[Lines] {
		of := scripted(nil)
		evolve := of.Evolve
		of.Shape = shape
		of.Evolve = func(l Lines, e event.Event) Lines {
			if step, ok := e.(Step); ok && mark == "broken" && step.Label == "a" {
				panic("it can't fold a")
			}
			if l = evolve(l, e); mark != "" {
				l.Labels += mark
			}
			return l
		}
		return of
	}
	stop = start(t, s.config(version(2, "broken")))
	s.play(id, say("c"))
	s.passed()
	if got, why := s.lines(id), s.parkedFor(id); got.Labels != "ab" || !strings.Contains(why, "it can't fold a") || !strings.Contains(why, "for shape 2") {
		t.Errorf("it has %q, and is parked for %q", got.Labels, why)
	}
	if err := s.reactor(version(2, "broken")).Retry(t.Context(), id); err == nil || !strings.Contains(err.Error(), "it can't fold a") {
		t.Errorf("retried with the same version: %v", err)
	}
	stop()
	if err := s.reactor(version(3, ".")).Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	start(t, s.config(version(3, ".")))
	s.hears(id, "said c")
	if got := s.lines(id).Labels; strings.ReplaceAll(got, ".", "") != "abc" || got[1] != '.' {
		t.Errorf("it has %q, want what version 3 makes of all its events", got)
	}
}

// If somebody sets the workflow's checkpoint back, nothing happens twice, even if the states of the
// instances are also lost.
func TestNothingHappensTwiceAfterTheCheckpointIsSetBack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(nil)
	id := uuid.New()
	s.play(id, say("a"), say("b"))
	s.hears(id, "said a")
	s.hears(id, "said b")
	s.becomesIdle()
	head, jobs := rig.Head(t, s.pool), rig.One[int](t, s.pool, `SELECT count(*) FROM river_job`)
	const back = `UPDATE checkpoints SET position = 0, event_position = NULL, event_id = NULL`
	rig.Do(t, s.pool, back)
	s.becomesIdle()
	if now := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job`); now != jobs {
		t.Errorf("%d jobs were added", now-jobs)
	}
	rig.Do(t, s.pool, `DELETE FROM workflow_instances`)
	rig.Do(t, s.pool, back)
	s.becomesIdle()
	if now := rig.Head(t, s.pool); now != head {
		t.Errorf("%d events were appended", now-head)
	}
	if got := s.lines(id); got.Labels != "ab" || len(got.Heard) != 2 {
		t.Errorf("the instance has become %+v", got)
	}
}

// A new workflow reacts only to events that are recorded after its start. It starts when a
// migration calls start_workflow or, without such a call, when it runs for the first time.
func TestANewWorkflowStartsAtTheHead(t *testing.T) {
	t.Parallel()
	for name, started := range map[string]bool{"by a migration": true, "by its first run": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			rig.Do(t, s.pool, `DELETE FROM checkpoints`)
			id := uuid.New()
			s.play(id, say("a"))
			if started {
				rig.Do(t, s.pool, `SELECT start_workflow('script')`)
			}
			s.play(id, say("b"))
			s.run(nil)
			if !started {
				await.True(t, "it has a checkpoint", func() bool { return rig.One[int](t, s.pool, `SELECT count(*) FROM checkpoints`) == 1 })
			}
			s.play(id, say("c"))
			s.hears(id, "said c")
			want := "c"
			if started {
				want = "bc"
			}
			if got := s.lines(id).Labels; got != want {
				t.Errorf("it has reacted to %q, want %q", got, want)
			}
		})
	}
}

// The name of a workflow must be allowed as a name in the queue and in metrics, and no two
// workflows may have the same name.
func TestNamesOfWorkflows(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, name := range []string{"", "Script", "a--b", "a_b", "-a", strings.Repeat("a", 61)} {
		of := scripted(nil)
		of.Name = name
		if _, err := run.New(s.config(of)); err == nil || !strings.Contains(err.Error(), "1 to 60 lower-case letters") {
			t.Errorf("%q: %v", name, err)
		}
	}
	config := s.config(scripted(nil))
	config.Set.Workflows = append(config.Set.Workflows, config.Set.Workflows[0])
	if _, err := run.New(config); err == nil || !strings.Contains(err.Error(), `two workflows are named "script"`) {
		t.Errorf("two of the same name: %v", err)
	}
}
