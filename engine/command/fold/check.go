package fold

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"

	"example.com/pgcqrs/engine/event"
)

// The constants walks and steps determine how many histories (sequences of events) Check tries, and
// how long each history is.
const (
	walks = 24 // number of histories
	steps = 40 // number of events in each history
)

// Check returns an error if Evolve changes a state or an event that was passed to it. Check is for
// tests. Check tries many random sequences (histories) of the given events. Each call of Check
// tries the same histories. In all histories except the first, most events are of one type, so that
// lists grow long. The parameter all has one function for each event. This function must return an
// equal event at each call. The event must share no memory with the events of earlier calls. If an
// event is not possible in a state, Evolve may panic, and Check then leaves the event out of the
// history.
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

// byType groups the events by type. The groups have the order in which the types first occur.
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

// walk is one random history of events, with the state after this history.
type walk[S any] struct {
	streamType string
	evolve     func(S, event.Event) S
	dice       *rand.Rand
	all        []func() event.Event
	mostly     []func() event.Event // seven of eight events are chosen from this list, if it is not empty
	history    []func() event.Event
	state      S
	want       S    // the correct state: computed from the history and not shared with any other state
	moved      bool // whether the state has ever differed from the first state
}

// pick chooses the next event at random, and returns the function that makes the event.
func (w *walk[S]) pick() func() event.Event {
	from := w.all
	if len(w.mostly) > 0 && w.dice.IntN(8) > 0 {
		from = w.mostly
	}
	return from[w.dice.IntN(len(from))]
}

// step adds an event to the history, and applies this event to the old state, which gives the new
// state. step then applies a second event to the same old state. step returns an error if one of
// the two calls of Evolve changes the old state, or if the second call changes the new state.
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

// fold computes the state after the history again, from all events of the history.
func (w *walk[S]) fold() (state S) {
	for _, e := range w.history {
		state, _ = w.after(state, e())
	}
	return state
}

// after returns the state after an event, or false if Evolve has panicked.
func (w *walk[S]) after(state S, e event.Event) (evolved S, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return After(w.evolve, state, event.Recorded{Event: e}), true
}

// compare returns an error if the state differs from the correct state after the history.
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
