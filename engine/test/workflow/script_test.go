package workflow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
	"example.com/pgcqrs/engine/workflow/react"
	"example.com/pgcqrs/engine/workflow/run"
)

// These are the events of a script. A script is a stream of type "script", whose events say how the
// workflow is to react.
type (
	// Step is an event that says how the workflow is to react to this event.
	Step struct {
		Label    string
		Instance uuid.UUID // uuid.Nil: the stream's id
		Wishes   []Wish    `json:",omitempty"`
		Ends     bool      `json:",omitempty"`
		Fat      int       `json:",omitempty"` // bytes of the state
	}
	// Heard records an outcome that the instance was told.
	Heard struct{ What, Name, Text string }
	// Later is an event that only a newer version of the program knows.
	Later struct{}
)

// Wish is one part of the reaction that a Step asks for.
type Wish struct {
	Kind string // "after", "at", "cancel", "call", "say" or "stranger"
	Name string
	Wait time.Duration
	Time time.Time
	Text string
}

func (Step) EventType() string   { return "script.step" }
func (Heard) EventType() string  { return "script.heard" }
func (Later) EventType() string  { return "script.later" }
func (Step) SchemaVersion() int  { return 2 }
func (Heard) SchemaVersion() int { return 1 }
func (Later) SchemaVersion() int { return 1 }

// decodeScript decodes the events of scripts. A stored step of schema version 1 contains a list of
// today's steps.
func decodeScript(eventType string, version int, data []byte) (event.Event, error) {
	switch {
	case eventType == "script.step" && version == 1:
		var steps []Step
		var split event.Split
		err := json.Unmarshal(data, &steps)
		for _, s := range steps {
			split = append(split, s)
		}
		return split, err
	case eventType == "script.step":
		var e Step
		err := json.Unmarshal(data, &e)
		return e, err
	case eventType == "script.heard":
		var e Heard
		err := json.Unmarshal(data, &e)
		return e, err
	}
	return nil, fmt.Errorf("%w: %s", event.ErrUnknownEvent, eventType)
}

var scripts = command.NewAggregate("script", func(_ int, e event.Event) ([]event.Event, error) { return []event.Event{e}, nil },
	func(n int, _ event.Event) int { return n + 1 })

// Lines is the state of an instance: the labels of its steps, and the outcomes that it was told.
type Lines struct {
	Labels string
	Heard  []string
	Ended  bool
	Fat    string
}

// scripted returns the workflow of scripts. The function broken returns the text with which the
// reaction to a step panics, or "" if the reaction does not panic. If broken is nil, no reaction
// panics.
func scripted(broken func(s Step) string) workflow.Workflow[Lines] {
	return workflow.Workflow[Lines]{
		Name: "script", Shape: 1,
		Correlate: func(e event.Recorded) (uuid.UUID, bool) {
			if s, ok := e.Event.(Step); ok && s.Instance != uuid.Nil {
				return s.Instance, true
			}
			return e.StreamID, e.StreamType == "script"
		},
		Evolve: func(l Lines, e event.Event) Lines {
			switch e := e.(type) {
			case Step:
				l.Labels, l.Ended, l.Fat = l.Labels+e.Label, e.Ends, strings.Repeat("x", e.Fat)
			case Heard:
				l.Heard = append(l.Heard, e.What+" "+e.Name)
			}
			return l
		},
		React: func(_ Lines, e event.Recorded) (do []workflow.Do) {
			s, ok := e.Event.(Step)
			if !ok {
				return nil
			}
			if broken != nil && broken(s) != "" {
				panic(broken(s))
			}
			for _, wish := range s.Wishes {
				do = append(do, wish.do())
			}
			return do
		},
		Tell: func(o workflow.Outcome) any {
			switch o := o.(type) {
			case workflow.Fired:
				return event.Event(Heard{"fired", o.Name, ""})
			case workflow.Answered:
				return event.Event(Heard{"answered", o.Name, string(o.Answer)})
			case workflow.GaveUp:
				if o.Name == "parks" {
					return nil
				}
				return event.Event(Heard{"gave up", o.Name, o.Error})
			}
			return nil
		},
		Ended: func(l Lines) bool { return l.Ended },
	}
}

func (w Wish) do() workflow.Do {
	switch w.Kind {
	case "after":
		return workflow.After{Name: w.Name, Wait: w.Wait}
	case "at":
		return workflow.At{Name: w.Name, Time: w.Time}
	case "cancel":
		return workflow.Cancel{Name: w.Name}
	case "call":
		return workflow.Call{Name: w.Name, Payload: w.Text}
	case "stranger":
		return workflow.Command{Command: 7}
	}
	return workflow.Command{Command: Heard{"said", w.Name, w.Text}}
}

// stage is a database with scripts.
type stage struct {
	t        *testing.T
	url      string
	pool     *pgxpool.Pool
	store    *eventlog.Store
	scripts  *command.Handler[int, event.Event]
	position int64 // of the last event that was played
}

func newStage(t *testing.T) *stage {
	t.Helper()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	rig.Do(t, pool, `SELECT start_workflow('script')`)
	store := rig.Store(t, pool, decodeScript)
	return &stage{t: t, url: url, pool: pool, store: store, scripts: scripts.Handler(store)}
}

// config returns a Config that runs one version of the workflow.
func (s *stage) config(of workflow.Workflow[Lines]) run.Config {
	return run.Config{
		Set: workflow.Set{
			Workflows: []workflow.Definition{of.Definition()},
			Targets:   []workflow.Target{workflow.NewTarget(scripts, map[string]event.Event{"heard": Heard{}})},
		},
		Decode: decodeScript, Reacts: s.pool, Works: s.pool, Log: s.store, Poll: 5 * time.Millisecond, Logger: logger(s.t),
	}
}

// play appends steps to a script.
func (s *stage) play(id uuid.UUID, steps ...Step) {
	s.t.Helper()
	for _, step := range steps {
		s.position = rig.Handle[int, event.Event](s.t, s.scripts, id, step)
	}
}

// putSplit appends an event of schema version 1, which is split into several of today's steps.
func (s *stage) putSplit(id uuid.UUID, version int64, steps ...Step) {
	s.t.Helper()
	data, err := json.Marshal(steps)
	if err != nil {
		s.t.Fatal(err)
	}
	s.position = rig.Head(s.t, s.pool) + 1
	rig.Put(s.t, s.pool, "script", id, s.position, version, "script.step", 1, string(data))
}

// lines returns the state of an instance, as the workflow has stored it.
func (s *stage) lines(id uuid.UUID) Lines {
	s.t.Helper()
	return rig.One[Lines](s.t, s.pool, `SELECT coalesce((SELECT state FROM workflow_instances WHERE id = $1), '{}')`, id)
}

// hears waits until an instance was told the outcome in the parameter want.
func (s *stage) hears(id uuid.UUID, want string) {
	s.t.Helper()
	await.True(s.t, "it has heard "+want, func() bool { return strings.Contains(strings.Join(s.lines(id).Heard, "\n")+"\n", want+"\n") })
}

// parkedFor returns the reason for which an instance is parked, or "" if the instance is not
// parked.
func (s *stage) parkedFor(id uuid.UUID) string {
	s.t.Helper()
	return rig.One[string](s.t, s.pool, `SELECT coalesce((SELECT error FROM workflow_instances WHERE id = $1 AND parked_at IS NOT NULL), '')`, id)
}

// passed waits until the workflow's checkpoint has reached the end of the log.
func (s *stage) passed() {
	s.t.Helper()
	rig.WaitFor(s.t, s.pool, react.CheckpointOf("script"), rig.Head(s.t, s.pool))
}

// reactor returns a Reactor of one version of the workflow, with which a test retries instances.
func (s *stage) reactor(of workflow.Workflow[Lines]) *react.Reactor {
	s.t.Helper()
	client, err := jobs.NewClient(s.pool, logger(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	config := s.config(of)
	return &react.Reactor{
		Workflow: of.Definition(), Targets: workflow.NewTargets(config.Set.Targets...), Pool: s.pool, Jobs: client, Log: s.store,
		Decode: decodeScript, Timeout: time.Minute, Metrics: react.NewMetrics(nil), Logger: logger(s.t),
	}
}
