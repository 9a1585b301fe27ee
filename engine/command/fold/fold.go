package fold

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"example.com/pgcqrs/engine/event"
)

// ErrNotKept says that JSON does not return a state as it was, so that it can have no snapshot.
var ErrNotKept = errors.New("the state can't be kept")

// Fold makes the states of one kind of stream without commands. Snapshots are made with it.
type Fold[S any] struct {
	streamType string
	evolve     func(S, event.Event) S
	shape      []byte
}

// New joins a stream's type to its Evolve, as command.NewHandler does.
func New[S any](streamType string, evolve func(S, event.Event) S) *Fold[S] {
	return &Fold[S]{streamType, evolve, ShapeOf[S](streamType)}
}

// StreamType returns the type of the streams whose states the Fold makes.
func (f *Fold[S]) StreamType() string { return f.streamType }

// Shape returns the shape that a usable snapshot has, or nil if such states can't be stored.
func (f *Fold[S]) Shape() []byte { return f.shape }

// Begin starts from an encoded state, or from none: add applies an event, encode returns the state.
// A state made of events that were read from the log holds personal data as the log does,
// encrypted; encode refuses a state with personal data in clear.
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
			return nil, fmt.Errorf("%w: %w", ErrNotKept, err)
		}
		return text, nil
	}
	return add, encode, nil
}
