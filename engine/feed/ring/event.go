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

	forms [Forms]atomic.Pointer[[]byte]
}

// Forms is how many forms of an event are rendered once for all readers.
const Forms = 2

// Render returns the event in a form, 0 to Forms-1. The first call for the form renders it, and later
// ones share the bytes, which nobody may change.
func (e *Event) Render(form int, render func(*Event) ([]byte, error)) ([]byte, error) {
	if made := e.forms[form].Load(); made != nil {
		return *made, nil
	}
	made, err := render(e)
	if err != nil {
		return nil, err
	}
	e.forms[form].Store(&made) // two at once render the same
	return made, nil
}

// size is about how many bytes of memory the event holds, what will be rendered of it included.
func (e *Event) size() int { return 3*len(e.Data) + 512 }
