package ring

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/event"
)

// Event is an event of the log that all its readers share. The personal data of an Event is
// encrypted.
type Event struct {
	Recorded event.Recorded
	Owner    string // subject to which the event's stream belongs
	Owned    bool   // whether the stream belongs to a subject

	forms [Forms]atomic.Pointer[Rendered]
}

// Forms is the number of forms in which an event can be rendered. Each form is rendered once for
// all readers.
const Forms = 2

// Rendered is an event in the form that is sent to subscribers, without its personal data.
type Rendered struct {
	Text     []byte // shared by all readers, so it must not be changed
	Personal bool   // whether personal data was left out, which the subject of the stream may see
}

// Render returns the event in the form with the given number, from 0 to Forms-1. The first call for
// a form calls render. Later calls return the same text.
func (e *Event) Render(form int, render func(event.Recorded) (Rendered, error)) (Rendered, error) {
	if made := e.forms[form].Load(); made != nil {
		return *made, nil
	}
	made, err := render(e.Recorded)
	if err != nil {
		return Rendered{}, err
	}
	e.forms[form].Store(&made) // two calls at the same time store equal results
	return made, nil
}

// size returns an estimate of the memory of the event in bytes, including its rendered forms.
func (e *Event) size() int { return 3*len(e.Recorded.Data) + 512 }
