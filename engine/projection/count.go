package projection

// Adder is told of each projection: the Projector that runs them, or whoever counts them.
type Adder interface {
	Add(name string, apply Apply, tables ...string)
}

// Count returns how many projections a function adds.
func Count(add func(to Adder)) int {
	var counted counter
	add(&counted)
	return int(counted)
}

// counter is how many projections were added to it.
type counter int

// Add counts a projection.
func (c *counter) Add(string, Apply, ...string) { *c++ }
