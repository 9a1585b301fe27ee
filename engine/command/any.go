package command

import (
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Any is the part of a Handler that depends neither on the type of its state nor on the type of
// its commands.
type Any interface {
	Observe(e event.Recorded)
	CheckEvolve(all []func() event.Event) error
	UseSnapshots(find states.FindSnapshot)
}
