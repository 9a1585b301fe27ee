package fold

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"

	"example.com/pgcqrs/engine/event"
)

// What Check tries.
const (
	walks = 24 // histories that it makes up
	steps = 40 // events of each
)

// Check returns an error if Evolve changes a state or an event that it is given, in one
// of many histories made of these events in any order: a seed, always the same, decides. All
// but the first history are mostly of one type of event, so that lists grow long. Each function
// returns the same event each time, sharing nothing with an earlier one. An event at which
// Evolve panics, because it can't follow there, is left out. It is for tests.
func Check[S any](streamType string, evolve func(S, event.Event) S, all []func() event.Event) error {
	if len(all) == 0 {
		return nil
	}
	types := byType(all)
	for seed := range walks {
		w := walk[S]{streamType: streamType, evolve: evolve, dice: rand.New(rand.NewPCG(uint64(seed), 0)), all: all} //nolint:gosec // repeatable, not secret
		if seed > 0 {
			w.mostly = types[seed%len(types)]
		}
		for range steps {
			if err := w.step(w.pick(), w.pick()); err != nil {
				return err
			}
		}
		if seed == 0 && !w.moved { // none of these is about the state
			return nil
		}
	}
	return nil
}

// byType returns the events of each type together, in the order in which the types come.
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

// walk is a history that is made up, and the state that it has led to.
type walk[S any] struct {
	streamType string
	evolve     func(S, event.Event) S
	dice       *rand.Rand
	all        []func() event.Event
	mostly     []func() event.Event // seven in eight are of these, if there are any
	history    []func() event.Event
	state      S
	want       S    // the same, which nothing but the history has led to
	moved      bool // it was another one than at the beginning
}

// pick returns an event that might be next.
func (w *walk[S]) pick() func() event.Event {
	from := w.all
	if len(w.mostly) > 0 && w.dice.IntN(8) > 0 {
		from = w.mostly
	}
	return from[w.dice.IntN(len(from))]
}

// step goes on by an event. Afterwards another one is tried on the same state: neither may
// have left anything in it, nor the second in what the first has led to.
func (w *walk[S]) step(next, other func() event.Event) error {
	e := next()
	evolved, ok := w.after(w.state, e)
	if !ok { // it may have changed anything half way
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

// fold returns the state after the history, made anew.
func (w *walk[S]) fold() (state S) {
	for _, e := range w.history {
		state, _ = w.after(state, e())
	}
	return state
}

// after returns the state after an event, and says whether Evolve could follow.
func (w *walk[S]) after(state S, e event.Event) (evolved S, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return After(w.evolve, state, event.Recorded{Event: e}), true
}

// compare fails unless the state is what the history comes to.
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
