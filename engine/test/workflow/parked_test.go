package workflow_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/react"
)

func say(label string) Step { return Step{Label: label, Wishes: []Wish{{Kind: "say", Name: label}}} }

// brokenAt returns a function that a test passes to the function scripted. With it, the reaction to
// a step with this label panics.
func brokenAt(label string) func(Step) string {
	return func(s Step) string {
		if s.Label == label {
			return "it breaks at " + label
		}
		return ""
	}
}

// If the reaction of an instance panics, the instance is parked, and other instances continue. The
// later events of the parked instance wait until a version of the program without the bug reacts to
// all of them in order.
func TestAnInstanceThatBreaksIsParked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	stop := s.run(brokenAt("b"))
	bad, good := uuid.New(), uuid.New()
	s.play(bad, say("a"), say("b"), say("c"))
	s.play(good, say("a"), say("c"))
	s.hears(good, "said c")
	s.passed()
	if why := s.parkedFor(bad); !strings.Contains(why, "it breaks at b") {
		t.Fatalf("it is parked for %q", why)
	}
	if got := s.lines(bad); got.Labels != "a" {
		t.Errorf("it has reacted to %q", got.Labels)
	}
	if err := s.reactor(scripted(brokenAt("b"))).Retry(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "it breaks at b") {
		t.Errorf("retried with the same version: %v", err)
	}
	if err := s.reactor(scripted(brokenAt("c"))).Retry(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "it breaks at c") {
		t.Errorf("retried with a version that breaks later: %v", err)
	}
	stop()
	if err := s.reactor(scripted(nil)).Retry(t.Context(), bad); err != nil {
		t.Fatal(err)
	}
	s.run(nil)
	s.hears(bad, "said c")
	s.hears(bad, "said b")
	if got := s.lines(bad); got.Labels != "abc" {
		t.Errorf("it has reacted to %q", got.Labels)
	}
	s.becomesIdle()
	if count := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job WHERE args->'cause'->>'instance' = $1`, bad.String()); count != 3 {
		t.Errorf("it has %d jobs, want one for each step", count)
	}
	if err := s.reactor(scripted(nil)).Retry(t.Context(), bad); !errors.Is(err, react.ErrNotParked) {
		t.Errorf("retried again: %v", err)
	}
}

// gate stops one transaction at its beginning, until the test opens the gate.
type gate struct{ armed, reached, open chan struct{} }

// TraceQueryStart waits at the gate.
func (g *gate) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if data.SQL == "begin" {
		select {
		case <-g.armed:
			close(g.reached)
			<-g.open
		default:
		}
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (g *gate) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// An operator retries an instance while the process that runs the workflow has read the instance,
// but has not yet written it. The process does not replace the newer state from the retry by its
// older state.
func TestARetryIsNotOverwritten(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	g := &gate{make(chan struct{}, 1), make(chan struct{}), make(chan struct{})}
	config := s.config(scripted(brokenAt("b")))
	config.Reacts = rig.Traced(t, s.url, g)
	start(t, config)
	id := uuid.New()
	s.play(id, say("b"))
	s.passed()
	g.armed <- struct{}{}
	s.play(id, say("c"))
	await.Signal(t, "the transaction begins", g.reached)
	err := s.reactor(scripted(nil)).Retry(t.Context(), id)
	close(g.open)
	if err != nil {
		t.Fatal(err)
	}
	s.hears(id, "said b")
	s.hears(id, "said c")
	if got := s.lines(id); got.Labels != "bc" || s.parkedFor(id) != "" {
		t.Errorf("it has reacted to %q, and is parked for %q", got.Labels, s.parkedFor(id))
	}
}

// One stored event may be split into several events (event.Split). If several of these events
// belong to one instance, the instance reacts to all of them or to none of them.
func TestASplitEventIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	stop := s.run(brokenAt("b"))
	one, other := uuid.New(), uuid.New()
	s.play(one, Step{Label: "z", Wishes: []Wish{after("old", time.Hour), after("kept", time.Hour)}})
	s.putSplit(one, 2,
		Step{Label: "a", Wishes: []Wish{{Kind: "cancel", Name: "old"}, after("kept", 2*time.Hour), after("new", time.Hour), {Kind: "say", Name: "a"}}},
		Step{Label: "o", Instance: other, Wishes: []Wish{{Kind: "say", Name: "o"}}},
		say("b"))
	last := uuid.New()
	s.play(last, say("last"))
	s.hears(last, "said last")
	if got := s.lines(one); got.Labels != "z" || !strings.Contains(s.parkedFor(one), "it breaks at b") {
		t.Errorf("it has reacted to %q, and is parked for %q", got.Labels, s.parkedFor(one))
	}
	if got := s.lines(other); got.Labels != "o" || s.parkedFor(other) != "" {
		t.Errorf("the other instance has reacted to %q, and is parked for %q", got.Labels, s.parkedFor(other))
	}
	const timers = `SELECT coalesce(string_agg(args->>'name', ' ' ORDER BY args->>'name'), '') FROM river_job WHERE args->'cause'->>'instance' = $1 AND state <> 'completed'`
	if count := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job WHERE args->'cause'->>'instance' = $1 AND args->'cause'->>'position' = '2'`, one.String()); count > 0 {
		t.Errorf("%d jobs of a reaction were added, although it could not react to all parts", count)
	}
	if set := rig.One[string](t, s.pool, timers, one.String()); set != "kept old" {
		t.Errorf("the jobs %q wait, want the timers that were set before", set)
	}
	stop()
	if err := s.reactor(scripted(nil)).Retry(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	s.run(nil)
	s.hears(one, "said a")
	s.hears(one, "said b")
	if set := rig.One[string](t, s.pool, timers, one.String()); set != "kept new" {
		t.Errorf("after the retry the timers %q are set", set)
	}
	if numbers := rig.One[int](t, s.pool, `SELECT count(DISTINCT (args->'cause'->>'part', args->'cause'->>'number')) FROM river_job WHERE args->'cause'->>'instance' = $1 AND args->'cause'->>'position' <> '1'`, one.String()); numbers < 4 {
		t.Errorf("the jobs of the parts have only %d identities", numbers)
	}
}

// An instance that exceeds a limit is parked, with an error that names the limit. Other instances
// continue.
func TestLimitsPark(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	many := func(count int, wish func(i int) Wish) (all []Wish) {
		for i := range count {
			all = append(all, wish(i))
		}
		return all
	}
	timer := func(i int) Wish { return after(fmt.Sprint("t", i), time.Hour) }
	ids := make(map[string]uuid.UUID)
	for want, steps := range map[string][]Step{
		"at most 100 are possible":                 {{Wishes: many(workflow.MaxJobs+1, func(int) Wish { return Wish{Kind: "say"} })}},
		"at most 65536 are possible":               {{Fat: workflow.MaxState}},
		"101 timers, and at most 100 are possible": {{Wishes: many(workflow.MaxTimers, timer)}, {Wishes: []Wish{after("one more", time.Hour)}}},
		"at most 262144 are possible":              {{Wishes: []Wish{{Kind: "call", Name: "x", Text: strings.Repeat("x", workflow.MaxData)}}}},
		"command heard of script: it has":          {{Wishes: []Wish{{Kind: "say", Text: strings.Repeat("x", workflow.MaxData)}}}},
		"no target lists the command int":          {{Wishes: []Wish{{Kind: "stranger"}}}},
		`set a timer: the name "" is not possible`: {{Wishes: []Wish{after("", time.Hour)}}},
		`call: the name "" is not possible`:        {{Wishes: []Wish{{Kind: "call"}}}},
		"names have 1 to 100 bytes":                {{Wishes: []Wish{after(strings.Repeat("n", 101), time.Hour)}}},
		"is due in the year 1":                     {{Wishes: []Wish{{Kind: "at", Name: "x"}}}},
	} {
		ids[want] = uuid.New()
		s.play(ids[want], steps...)
	}
	within := uuid.New() // 100 timers are possible, and may all be replaced
	s.play(within, Step{Label: "a", Wishes: many(workflow.MaxTimers, timer)}, Step{Label: "b", Wishes: many(workflow.MaxTimers, timer)})
	s.run(nil)
	s.passed()
	for want, id := range ids {
		if why := s.parkedFor(id); !strings.Contains(why, want) {
			t.Errorf("it is parked for %.200q, want %q", why, want)
		}
	}
	if why := s.parkedFor(within); why != "" || s.lines(within).Labels != "ab" {
		t.Errorf("an instance within the limits is parked for %q", why)
	}
	rig.Do(t, s.pool, `UPDATE workflow_instances SET positions = ARRAY(SELECT generate_series(-9999, 0)) WHERE id = $1`, within)
	s.play(within, say("c"))
	s.passed()
	if why := s.parkedFor(within); !strings.Contains(why, "more than 10000 events") {
		t.Errorf("an instance of too many events is parked for %q", why)
	}
}

// If an instance has a text that PostgreSQL can't store, the instance is parked, and the workflow
// continues.
func TestATextThatCantBeStoredParks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const zero = "zero"
	of := scripted(nil)
	reacts, evolves := of.React, of.Evolve
	zeros := strings.NewReplacer(zero, "\x00")
	of.React = func(l Lines, e event.Recorded) []workflow.Do {
		do := reacts(l, e)
		for i, part := range do {
			switch part := part.(type) {
			case workflow.After:
				do[i] = workflow.After{Name: zeros.Replace(part.Name), Wait: part.Wait}
			case workflow.Command:
				heard, _ := part.Command.(Heard)
				do[i] = workflow.Command{Command: Heard{heard.What, heard.Name, zeros.Replace(heard.Text)}}
			}
		}
		return do
	}
	of.Evolve = func(l Lines, e event.Event) Lines {
		l = evolves(l, e)
		l.Labels = zeros.Replace(l.Labels)
		return l
	}
	start(t, s.config(of))
	for _, step := range []Step{
		{Wishes: []Wish{after(zero, time.Hour)}}, {Wishes: []Wish{{Kind: "say", Text: zero}}}, {Label: zero},
	} {
		id := uuid.New()
		s.play(id, step)
		s.passed()
		if why := s.parkedFor(id); !strings.Contains(why, "zero character") {
			t.Errorf("%+v: parked for %q", step, why)
		}
	}
	backslash := uuid.New()
	s.play(backslash, Step{Wishes: []Wish{{Kind: "say", Name: "x", Text: `\u0000 is six characters here`}}})
	s.hears(backslash, "said x")
}
