package command

import (
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Any has the methods of a Handler whose signatures have no type parameters. Code that works with
// Handlers of different states and commands uses Any.
type Any interface {
	Observe(e event.Recorded)
	CheckEvolve(all []func() event.Event) error
	UseSnapshots(find states.FindSnapshot)
}
