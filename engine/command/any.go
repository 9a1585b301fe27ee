package command

import (
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Any is an interface that every Handler implements, whatever the types of its states and commands
// are. Code that works with Handlers of different types uses Any.
type Any interface {
	Observe(e event.Recorded)
	CheckEvolve(all []func() event.Event) error
	UseSnapshots(find states.FindSnapshot)
}
