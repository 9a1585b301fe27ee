package workflow

// Set has the workflows of a service, the Targets (aggregates to which the workflows send
// commands), and the Callers, which execute the calls of the workflows. Callers has the name of
// each call as its key.
type Set struct {
	Workflows []Definition
	Targets   []Target
	Callers   map[string]Caller
}
