package workflow_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// Raw is a command that contains any given JSON.
type Raw struct{ JSON json.RawMessage }

func (Raw) EventType() string  { return "script.raw" }
func (Raw) SchemaVersion() int { return 1 }

// doing returns the workflow of scripts with one difference. At a step with this label, the
// reaction is a timer and the part in the parameter instead. If state is not nil, it becomes the
// state of the instance.
func doing(label string, instead workflow.Do, state any) workflow.Definition {
	of := scripted(nil).Definition()
	fold, react := of.Fold, of.React
	labelled := func(e event.Recorded) bool {
		s, ok := e.Event.(Step)
		return ok && s.Label == label
	}
	of.Fold = func(stored []byte, e event.Recorded) ([]byte, bool, error) {
		if state != nil && labelled(e) {
			next, err := workflow.Encode(state, workflow.MaxState)
			return next, false, err
		}
		return fold(stored, e)
	}
	of.React = func(stored []byte, e event.Recorded) ([]workflow.Do, error) {
		if labelled(e) {
			return []workflow.Do{workflow.After{Name: "patience", Wait: time.Hour}, instead}, nil
		}
		return react(stored, e)
	}
	return of
}

// A reaction or a state can contain data that can't be stored: JSON that Go encodes but PostgreSQL
// refuses, or a time after the year 9999. The instance is then parked. Other instances continue,
// even if their events are in the same batch. An instance also continues if a part of the same
// split event belongs to it.
func TestDataThatCantBeStoredParks(t *testing.T) {
	t.Parallel()
	lone, huge, number := json.RawMessage(`{"a":"\ud800"}`), json.RawMessage(`1e400000`), json.Number("1e400000")
	for name, c := range map[string]struct {
		part  workflow.Do
		state any
		want  string
	}{
		"call, lone surrogate": {workflow.Call{Name: "x", Payload: lone}, nil, "22P02"},
		"call, huge number":    {workflow.Call{Name: "x", Payload: huge}, nil, "22003"},
		"call, json.Number":    {workflow.Call{Name: "x", Payload: number}, nil, "22003"},
		"command":              {workflow.Command{Command: Raw{lone}}, nil, "22P02"},
		"state":                {workflow.Cancel{Name: "no"}, number, "22003"},
		"timer":                {workflow.At{Name: "x", Time: time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)}, nil, "year 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			config := s.config(scripted(nil))
			config.Set.Workflows = []workflow.Definition{doing("bad", c.part, c.state)}
			config.Set.Targets = []workflow.Target{workflow.NewTarget(scripts, map[string]event.Event{"heard": Heard{}, "raw": Raw{}})}
			good, bad, mixed := uuid.New(), uuid.New(), uuid.New()
			s.play(good, say("a"))
			s.play(bad, say("a"), Step{Label: "bad"}, say("c"))
			s.putSplit(mixed, 1, Step{Label: "bad"}, Step{Label: "b", Instance: good, Wishes: []Wish{{Kind: "say", Name: "b"}}})
			s.play(good, say("c"))
			start(t, config)
			s.hears(good, "said c")
			s.hears(good, "said b")
			s.passed()
			for _, id := range []uuid.UUID{bad, mixed} {
				if why := s.parkedFor(id); !strings.Contains(why, c.want) {
					t.Errorf("it is parked for %q, want %q", why, c.want)
				}
			}
			if why := s.parkedFor(good); why != "" {
				t.Errorf("the good one is parked for %q", why)
			}
			if got := s.lines(bad); got.Labels != "a" {
				t.Errorf("it has reacted to %q", got.Labels)
			}
			if count := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job WHERE kind = 'workflow_timer'`); count != 0 {
				t.Errorf("%d timers of a reaction are set that could not be stored as a whole", count)
			}
			broken := s.reactor(scripted(nil))
			broken.Workflow, broken.Targets = config.Set.Workflows[0], workflow.NewTargets(config.Set.Targets...)
			if err := broken.Retry(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "still parked") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("retried with the same version: %v", err)
			}
			if err := s.reactor(scripted(nil)).Retry(t.Context(), bad); err != nil {
				t.Error(err)
			}
			s.hears(bad, "said c")
		})
	}
}
