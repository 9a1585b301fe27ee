package fold

import "example.com/pgcqrs/engine/event"

// After returns the state after a recorded event. An old stored event may stand for several current
// events: it is then decoded as a Split, and After applies all parts of the Split.
func After[S any](evolve func(S, event.Event) S, state S, e event.Recorded) S {
	split, ok := e.Event.(event.Split)
	if !ok {
		return evolve(state, e.Event)
	}
	for _, happened := range split {
		state = evolve(state, happened)
	}
	return state
}
