package command

import (
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Any is a Handler of any state and any commands.
type Any interface {
	Observe(e event.Recorded)
	CheckEvolve(all []func() event.Event) error
	UseSnapshots(find states.FindSnapshot)
}
