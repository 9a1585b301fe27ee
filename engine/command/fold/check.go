package fold

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"

	"example.com/pgcqrs/engine/event"
)

// walks and steps set the size of the search in Check.
const (
	walks = 24 // number of histories
	steps = 40 // number of events in each history
)

// Check returns an error if Evolve changes a state or an event that it is given. Check tries
// many random histories of these events, the same histories at each call. In all histories
// except the first, most events are of one type, so that lists grow long. Each function in all
// must return the same event at each call, and that event must share nothing with an earlier
// one. If Evolve panics at an event, because the event is not possible in that state, Check
// leaves the event out. Check is for tests.
func Check[S any](streamType string, evolve func(S, event.Event) S, all []func() event.Event) error {
	if len(all) == 0 {
		return nil
	}
	types := byType(all)
	for seed := range walks {
		w := walk[S]{streamType: streamType, evolve: evolve, dice: rand.New(rand.NewPCG(uint64(seed), 0)), all: all} //nolint:gosec // the numbers must be repeatable and need not be secret
		if seed > 0 {
			w.mostly = types[seed%len(types)]
		}
		for range steps {
			if err := w.step(w.pick(), w.pick()); err != nil {
				return err
			}
		}
		if seed == 0 && !w.moved { // none of the events has changed the state
			return nil
		}
	}
	return nil
}

// byType groups the events by type. The types are in the order of their first events.
func byType(all []func() event.Event) (types [][]func() event.Event) {
	index := make(map[reflect.Type]int)
	for _, e := range all {
		of := reflect.TypeOf(e())
		i, known := index[of]
		if !known {
			i = len(types)
			index[of] = i
			types = append(types, nil)
		}
		types[i] = append(types[i], e)
	}
	return types
}

// walk is a random history and the state after the history.
type walk[S any] struct {
	streamType string
	evolve     func(S, event.Event) S
	dice       *rand.Rand
	all        []func() event.Event
	mostly     []func() event.Event // seven of eight events are picked from this list, unless it is empty
	history    []func() event.Event
	state      S
	want       S    // the correct state: computed from the history and not shared with any other state
	moved      bool // whether the state has ever differed from the first state
}

// pick returns a function that makes the next event, at random.
func (w *walk[S]) pick() func() event.Event {
	from := w.all
	if len(w.mostly) > 0 && w.dice.IntN(8) > 0 {
		from = w.mostly
	}
	return from[w.dice.IntN(len(from))]
}

// step adds an event to the history, and then applies another event to the same old state.
// Neither of the two events may change the old state, and the other event must not change the
// new state.
func (w *walk[S]) step(next, other func() event.Event) error {
	e := next()
	evolved, ok := w.after(w.state, e)
	if !ok { // Evolve may have changed the state before it panicked
		w.state = w.fold()
		return nil
	}
	if err := w.compare(w.state, "changes the state that it is given, by", e); err != nil {
		return err
	}
	if !reflect.DeepEqual(e, next()) {
		return w.wrong("changes the event that it is given,", e)
	}
	_, _ = w.after(w.state, other())
	w.history = append(w.history, next)
	w.state = evolved
	w.want, _ = w.after(w.want, next())
	var none S
	w.moved = w.moved || !reflect.DeepEqual(evolved, none)
	return w.compare(evolved, "makes states that share a list, so that one is changed by the other's", other())
}

// fold computes the state after the history from the first event on.
func (w *walk[S]) fold() (state S) {
	for _, e := range w.history {
		state, _ = w.after(state, e())
	}
	return state
}

// after returns the state after an event, and false if Evolve panicked.
func (w *walk[S]) after(state S, e event.Event) (evolved S, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return After(w.evolve, state, event.Recorded{Event: e}), true
}

// compare returns an error if the state differs from the state that the history leads to.
func (w *walk[S]) compare(state S, fault string, by event.Event) error {
	if reflect.DeepEqual(w.want, state) {
		return nil
	}
	return fmt.Errorf("%w\nit was:    %+v\nit is now: %+v", w.wrong(fault, by), w.want, state)
}

func (w *walk[S]) wrong(fault string, by event.Event) error {
	history := make([]string, len(w.history))
	for i, e := range w.history {
		history[i] = fmt.Sprintf("%T", e())
	}
	return fmt.Errorf("the Evolve of %s %s %T, after [%s]: copy a list before it is changed, by slices.Clone or append(slices.Clip(s.Lines), line), and a map by maps.Clone",
		w.streamType, fault, by, strings.Join(history, " "))
}
