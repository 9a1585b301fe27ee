package workflow

// Set has the workflows of a service, the Targets (aggregates to which the workflows send
// commands), and the Callers, which execute the calls of the workflows. In the field Callers, the
// key is the name of the call.
type Set struct {
	Workflows []Definition
	Targets   []Target
	Callers   map[string]Caller
}
