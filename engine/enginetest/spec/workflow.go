package spec

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// Workflow tests the functions of a workflow (engine/workflow). Reacts and Quiet check what is to
// be done after an event. Ignores checks that an event does not concern the workflow. Tells checks
// the command that tells an instance the outcome of a job. Ends and GoesOn check whether an
// instance has ended. Each case runs as a parallel subtest with its own name. Between two events,
// the state is stored as JSON and read again, as in a running workflow.
type Workflow[S any] struct {
	t  *testing.T
	of workflow.Workflow[S]
}

// NewWorkflow returns a Workflow that tests the functions in the parameter of.
func NewWorkflow[S any](t *testing.T, of workflow.Workflow[S]) *Workflow[S] {
	return &Workflow[S]{t, of}
}

// On returns an event of a stream, as the workflow gets it from the log.
func On(streamType string, id uuid.UUID, e event.Event) event.Recorded {
	return event.Recorded{StreamType: streamType, StreamID: id, Type: e.EventType(), SchemaVersion: e.SchemaVersion(), Event: e}
}

// Reacts expects the reaction in the parameter then after the event in the parameter when, if the
// events in the parameter given happened to the instance before.
func (w *Workflow[S]) Reacts(name string, given []event.Recorded, when event.Recorded, then ...workflow.Do) {
	w.run(name, func(t testing.TB) {
		t.Helper()
		w.checkReaction(t, given, when, then)
	})
}

// Quiet expects that nothing is to be done after the event in the parameter when.
func (w *Workflow[S]) Quiet(name string, given []event.Recorded, when event.Recorded) {
	w.Reacts(name, given, when)
}

// Ignores expects that an event belongs to no instance.
func (w *Workflow[S]) Ignores(name string, when event.Recorded) {
	w.run(name, func(t testing.TB) {
		t.Helper()
		if id, ok := w.of.Correlate(when); ok {
			t.Errorf("the event belongs to instance %s, and should belong to none", id)
		}
	})
}

// Tells expects that the command in the parameter then tells an instance the outcome of a job. If
// then is nil, Tells expects that no command does so.
func (w *Workflow[S]) Tells(name string, when workflow.Outcome, then any) {
	w.run(name, func(t testing.TB) {
		t.Helper()
		w.checkTold(t, when, then)
	})
}

// Ends expects that an instance has ended after the events in given.
func (w *Workflow[S]) Ends(name string, given ...event.Recorded) {
	w.run(name, func(t testing.TB) {
		t.Helper()
		w.checkEnd(t, given, true)
	})
}

// GoesOn expects that an instance has not ended after the events in given.
func (w *Workflow[S]) GoesOn(name string, given ...event.Recorded) {
	w.run(name, func(t testing.TB) {
		t.Helper()
		w.checkEnd(t, given, false)
	})
}

func (w *Workflow[S]) run(name string, check func(t testing.TB)) {
	w.t.Helper()
	w.t.Run(name, func(t *testing.T) {
		t.Parallel()
		check(t)
	})
}

// checkReaction fails the test t if the reaction differs from the expected reaction, or if the
// reaction changes when the state is stored as JSON and read again.
func (w *Workflow[S]) checkReaction(t testing.TB, given []event.Recorded, when event.Recorded, then []workflow.Do) {
	t.Helper()
	stored, state, _ := w.fold(t, append(slices.Clip(given), when))
	done, err := w.of.Definition().React(stored, when)
	if err != nil {
		t.Errorf("React: %v", err)
		return
	}
	if diff := cmp.Diff(append([]workflow.Do(nil), then...), append([]workflow.Do(nil), done...), inside); diff != "" {
		t.Errorf("to be done (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(w.of.React(state, when), done, inside); diff != "" {
		t.Errorf("the state loses something when it is stored as JSON: to be done (-without +with):\n%s", diff)
	}
}

func (w *Workflow[S]) checkTold(t testing.TB, when workflow.Outcome, then any) {
	t.Helper()
	if w.of.Tell == nil {
		t.Errorf("the workflow has no function Tell")
		return
	}
	if diff := cmp.Diff(then, w.of.Tell(when), inside); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func (w *Workflow[S]) checkEnd(t testing.TB, given []event.Recorded, want bool) {
	t.Helper()
	if _, _, ended := w.fold(t, given); ended != want {
		t.Errorf("the instance has ended: %v, want %v", ended, want)
	}
}

// fold returns the state after events of one instance: as the JSON that is stored between the
// events, and as a value that was never stored.
func (w *Workflow[S]) fold(t testing.TB, events []event.Recorded) (stored []byte, state S, ended bool) {
	t.Helper()
	d := w.of.Definition()
	var instance uuid.UUID
	for i, e := range events {
		e.Position, e.Version = int64(i+1), int64(i+1)
		id, ok := w.of.Correlate(e)
		if i == 0 {
			instance = id
		}
		if !ok || id != instance {
			t.Errorf("event %d (%s) belongs to instance %s (%v), and the first event to %s", i+1, e.Type, id, ok, instance)
		}
		var err error
		if stored, ended, err = d.Fold(stored, e); err != nil {
			t.Errorf("Evolve at event %d (%s): %v", i+1, e.Type, err)
			return stored, state, ended
		}
		state = w.of.Evolve(state, e.Event)
	}
	return stored, state, ended
}
