package fold

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"example.com/pgcqrs/engine/event"
)

// ErrNotKept says that a state can't be stored as a snapshot, because its JSON decodes to a
// different state.
var ErrNotKept = errors.New("the state can't be kept")

// Fold computes the states that are stored as snapshots, for streams of one type.
type Fold[S any] struct {
	streamType string
	evolve     func(S, event.Event) S
	shape      []byte
}

// New returns a Fold. The parameters must be the same stream type and Evolve function that
// command.NewHandler gets.
func New[S any](streamType string, evolve func(S, event.Event) S) *Fold[S] {
	return &Fold[S]{streamType, evolve, ShapeOf[S](streamType)}
}

// StreamType returns the type of the streams whose states the Fold computes.
func (f *Fold[S]) StreamType() string { return f.streamType }

// Shape returns the shape (a hash) of the state type. A snapshot can be used only if it was stored
// with the same shape. If states of the type can't be stored, Shape returns nil.
func (f *Fold[S]) Shape() []byte { return f.shape }

// Begin starts the computation of a state. The parameter from is the encoded state with which the
// computation begins; if it is nil, the computation begins with the zero state. The returned
// function add applies an event, and the returned function encode returns the encoded state.
// Personal data is encrypted in the log, and therefore also in a state that is computed from events
// of the log. If a state has personal data that is not encrypted, encode fails. If the JSON decodes
// to another state, encode returns the JSON together with ErrNotKept: an operator may see this
// JSON, but it must not be stored.
func (f *Fold[S]) Begin(from []byte) (add func(event.Recorded), encode func() ([]byte, error), err error) {
	var state S
	if from != nil {
		if err := json.Unmarshal(from, &state); err != nil {
			return nil, nil, fmt.Errorf("decode state: %w", err)
		}
	}
	add = func(e event.Recorded) { state = After(f.evolve, state, e) }
	encode = func() ([]byte, error) {
		var again S
		text, err := json.Marshal(state)
		if err == nil {
			err = json.Unmarshal(text, &again)
		}
		if err == nil && !reflect.DeepEqual(state, again) {
			err = errors.New("it comes back from JSON as another")
		}
		if err != nil {
			return text, fmt.Errorf("%w: %w", ErrNotKept, err)
		}
		return text, nil
	}
	return add, encode, nil
}
