package fold

import "example.com/pgcqrs/engine/event"

// After returns the state after a recorded event. If the event is a Split, which means that an old
// event stands for several of today's events, After applies all of its parts.
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
