package write_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write"
)

type (
	stateA struct{ Sum, Count int }
	stateB struct {
		Sum   int
		Count int64
	}
	stateC struct {
		Sum   int `json:"total"`
		Count int
	}
	raised  struct{ Sum, Count int }
	hidden  struct{ sum int }
	any0    struct{ Last any }
	person0 struct{ Name events.Personal }
)

func (raised) StateVersion() int { return 1 }

func shape[S any](streamType string) []byte {
	return write.NewFold(streamType, func(s S, _ events.Event) S { return s }).Shape()
}

// Another shape of a state, or another meaning of it that its author has said, is another shape.
func TestShapeOfAState(t *testing.T) {
	t.Parallel()
	of := shape[stateA]("sum")
	if len(of) != 32 || !bytes.Equal(of, shape[stateA]("sum")) {
		t.Errorf("the shape is %x", of)
	}
	for name, other := range map[string][]byte{
		"another type": shape[stateB]("sum"), "another tag": shape[stateC]("sum"), "another version": shape[raised]("sum"), "another stream": shape[stateA]("product"),
	} {
		if bytes.Equal(of, other) || other == nil {
			t.Errorf("%s has the shape %x", name, other)
		}
	}
	if hidden, whatever := shape[hidden]("sum"), shape[any0]("sum"); hidden != nil || whatever != nil {
		t.Errorf("states that do not come back from JSON have shapes: %x, %x", hidden, whatever)
	}
}

// A state is kept as the log holds what it is made of: personal data that is not encrypted is not.
func TestStateWithPersonalDataIsKeptEncrypted(t *testing.T) {
	t.Parallel()
	name := events.Private("Ada")
	fold := write.NewFold("person", func(s person0, _ events.Event) person0 { return person0{name} })
	for _, encrypted := range []bool{false, true} {
		if encrypted {
			name = events.AsSealed("c2VhbGVk")
		}
		add, encode, err := fold.Begin(nil)
		if err != nil {
			t.Fatal(err)
		}
		add(events.Recorded{Event: added{1}})
		text, err := encode()
		if encrypted != (err == nil) || !encrypted && !errors.Is(err, write.ErrNotKept) || strings.Contains(string(text), "Ada") {
			t.Errorf("encrypted %t: it is kept as %s, %v", encrypted, text, err)
		}
	}
}

// A state that JSON changes is not kept.
func TestStateThatDoesNotComeBackIsNotKept(t *testing.T) {
	t.Parallel()
	type state struct {
		Kept map[string]int `json:"-"`
	}
	add, encode, err := write.NewFold("sum", func(state, events.Event) state { return state{map[string]int{"a": 1}} }).Begin(nil)
	if err != nil {
		t.Fatal(err)
	}
	add(events.Recorded{Event: added{1}})
	if text, err := encode(); !errors.Is(err, write.ErrNotKept) {
		t.Errorf("it is kept as %s, %v", text, err)
	}
}
