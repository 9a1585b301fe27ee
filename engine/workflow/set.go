package workflow

// Set has the workflows of a service, the aggregates to whose streams they send commands, and the
// callers that execute their calls, by name.
type Set struct {
	Workflows []Definition
	Targets   []Target
	Callers   map[string]Caller
}
