package fold

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"example.com/pgcqrs/engine/event"
)

// ErrNotKept says that a state can have no snapshot, because the state is different after it is
// decoded from JSON.
var ErrNotKept = errors.New("the state can't be kept")

// Fold computes the states of one kind of stream from events. Snapshots are made with a Fold.
type Fold[S any] struct {
	streamType string
	evolve     func(S, event.Event) S
	shape      []byte
}

// New returns a Fold of a stream type and its Evolve, the same as those of command.NewHandler.
func New[S any](streamType string, evolve func(S, event.Event) S) *Fold[S] {
	return &Fold[S]{streamType, evolve, ShapeOf[S](streamType)}
}

// StreamType returns the type of the streams whose states the Fold computes.
func (f *Fold[S]) StreamType() string { return f.streamType }

// Shape returns the shape that a snapshot of this state type must have, or nil if such states
// can't be stored.
func (f *Fold[S]) Shape() []byte { return f.shape }

// Begin starts from an encoded state, or from the zero state if from is nil. The function add
// applies an event, and the function encode returns the encoded state. Events that were read
// from the log have encrypted personal data, and so has a state that is computed from them. If a
// state has personal data that is not encrypted, encode fails.
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
