package command

import (
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Any is a Handler, whatever its state and its commands are.
type Any interface {
	Observe(e event.Recorded)
	CheckEvolve(all []func() event.Event) error
	UseSnapshots(find states.FindSnapshot)
}
