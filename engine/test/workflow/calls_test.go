package workflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/workflow"
)

// callee records the keys with which it was called.
type callee struct {
	mu   sync.Mutex
	keys []uuid.UUID
	do   func(ctx context.Context, call int) (any, error)
}

func (c *callee) call(ctx context.Context, key uuid.UUID, _ json.RawMessage) (any, error) {
	c.mu.Lock()
	c.keys = append(c.keys, key)
	call := len(c.keys)
	c.mu.Unlock()
	return c.do(ctx, call)
}

func (c *callee) calls() (all []uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(all, c.keys...)
}

// The worker repeats a call with the same key until the call succeeds. Then the instance is told
// the answer. If the last attempt fails, the instance is told that the worker has given up the
// call. An attempt fails if the caller (the function that executes the call) returns an error,
// panics, or returns an answer that is too large. An attempt also fails when its time limit has
// passed, even if the caller does not return. If the workflow has no command for a call that was
// given up, the job's row stays in the database.
func TestCalls(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := s.config(scripted(nil))
	config.Timeout = 2 * time.Second
	forever := make(chan struct{})
	t.Cleanup(func() { close(forever) })
	fails := func(context.Context, int) (any, error) { return nil, errors.New("nobody is there") }
	callees := map[string]*callee{
		"answers": {do: func(_ context.Context, call int) (any, error) {
			if call < 3 {
				return nil, errors.New("not yet")
			}
			return map[string]int{"call": call}, nil
		}},
		"fails": {do: fails}, "parks": {do: fails},
		"panics":    {do: func(context.Context, int) (any, error) { panic("the caller breaks") }},
		"hangs":     {do: func(ctx context.Context, _ int) (any, error) { <-ctx.Done(); return nil, ctx.Err() }},
		"deaf":      {do: func(context.Context, int) (any, error) { <-forever; return "too late", nil }},
		"tells all": {do: func(context.Context, int) (any, error) { return strings.Repeat("x", workflow.MaxData), nil }},
	}
	config.Set.Callers = make(map[string]workflow.Caller)
	ids := make(map[string]uuid.UUID)
	for name, c := range callees {
		config.Set.Callers[name], ids[name] = c.call, uuid.New()
		s.play(ids[name], Step{Wishes: []Wish{{Kind: "call", Name: name, Text: "hello"}}})
	}
	start(t, config)
	s.hears(ids["answers"], "answered answers")
	for name := range callees {
		if name == "answers" {
			continue
		}
		const last = `UPDATE river_job SET attempt = max_attempts - 1, state = 'available', scheduled_at = now() WHERE args->>'name' = $1 AND cardinality(errors) > 0 AND state IN ('retryable', 'available')`
		await.True(t, "the next attempt of "+name+" is the last one", func() bool {
			tag, err := s.pool.Exec(t.Context(), last, name)
			if err != nil {
				t.Fatal(err)
			}
			return tag.RowsAffected() == 1
		})
	}
	for name, want := range map[string]string{"fails": "nobody is there", "panics": "the caller breaks", "hangs": "deadline", "deaf": "did not return within its time limit of 2s", "tells all": "262144 are possible"} {
		s.hears(ids[name], "gave up "+name)
		const told = `SELECT data->>'Text' FROM events WHERE stream_id = $1 AND type = 'script.heard'`
		if text := rig.One[string](t, s.pool, told, ids[name]); !strings.Contains(text, want) {
			t.Errorf("%s: the instance is told %.200q", name, text)
		}
	}
	await.True(t, "the call that nobody is told of stays", func() bool {
		return rig.One[bool](t, s.pool, `SELECT state = 'discarded' FROM river_job WHERE args->>'name' = 'parks'`)
	})
	if heard := s.lines(ids["parks"]).Heard; len(heard) > 0 {
		t.Errorf("the instance that wants to know nothing has heard %v", heard)
	}
	all := make(map[uuid.UUID]bool)
	for name, c := range callees {
		keys := c.calls()
		for _, key := range keys {
			if key != keys[0] {
				t.Errorf("%s was called with the keys %v", name, keys)
			}
		}
		if all[keys[0]] {
			t.Errorf("%s was called with the key of another call", name)
		}
		all[keys[0]] = true
	}
}

// A caller is the function that executes a call. If a process is stopped while a caller hangs, the
// process ends nevertheless. The call then waits in the queue for another attempt.
func TestACallerThatDoesNotReturnKeepsNoProcess(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := s.config(scripted(nil))
	begun, forever := make(chan struct{}, workflow.MaxJobs), make(chan struct{})
	t.Cleanup(func() { close(forever) })
	config.Set.Callers = map[string]workflow.Caller{"deaf": func(context.Context, uuid.UUID, json.RawMessage) (any, error) {
		begun <- struct{}{}
		<-forever
		return nil, nil
	}}
	id := uuid.New()
	s.play(id, Step{Wishes: []Wish{{Kind: "call", Name: "deaf"}}})
	stop := start(t, config)
	<-begun
	stop()
	await.True(t, "the call is attempted again", func() bool {
		return rig.One[bool](t, s.pool, `SELECT state IN ('retryable', 'available') FROM river_job WHERE args->>'name' = 'deaf'`)
	})
}
