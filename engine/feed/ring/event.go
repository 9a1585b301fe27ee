package ring

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/event"
)

// Event is an event of the log as its readers share it. What is personal in it is encrypted.
type Event struct {
	event.Recorded
	Owner string // the subject that its stream belongs to
	Owned bool   // whether the stream belongs to a subject

	forms [Forms]atomic.Pointer[Rendered]
}

// Forms is how many forms of an event are rendered once for all readers.
const Forms = 2

// Rendered is an event as it is sent, without what is personal in it.
type Rendered struct {
	Text     []byte // nobody may change it
	Personal bool   // something was left out: its owner may see it
}

// Render returns the event in a form, 0 to Forms-1. The first call for the form renders it, and later
// ones share the text.
func (e *Event) Render(form int, render func(event.Recorded) (Rendered, error)) (Rendered, error) {
	if made := e.forms[form].Load(); made != nil {
		return *made, nil
	}
	made, err := render(e.Recorded)
	if err != nil {
		return Rendered{}, err
	}
	e.forms[form].Store(&made) // two at once render the same
	return made, nil
}

// size is about how many bytes of memory the event holds, what will be rendered of it included.
func (e *Event) size() int { return 3*len(e.Data) + 512 }
