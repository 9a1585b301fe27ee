package fold_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
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
	hidden  struct{ sum int } //nolint:unused // encoding/json ignores the field
	any0    struct{ Last any }
	person0 struct{ Name event.Personal }
)

func (raised) StateVersion() int { return 1 }

// pointed is a state whose method StateVersion has a pointer receiver. To imitate a later release
// of a program, a test changes the variable pointedVersion.
type pointed struct{ Sum, Count int }

func (*pointed) StateVersion() int { return pointedVersion }

var pointedVersion = 1

// Amount and Other have their own methods for encoding JSON.
type (
	Amount struct{ cents int64 }
	Other  struct{ cents, whole int64 }
)

func (a Amount) MarshalText() ([]byte, error)     { return strconv.AppendInt(nil, a.cents, 10), nil }
func (a *Amount) UnmarshalText(text []byte) error { return json.Unmarshal(text, &a.cents) }
func (o Other) MarshalText() ([]byte, error)      { return fmt.Appendf(nil, "%d,%d", o.whole, o.cents), nil }
func (o *Other) UnmarshalText(text []byte) error {
	_, err := fmt.Sscanf(string(text), "%d,%d", &o.whole, &o.cents)
	return err
}

// Inner is embedded in one of the test's states, and is the type of a field in another state.
type Inner struct{ Sum int }

// described returns a description of the fields of a type. The hash of this description identifies
// the type's shape. The description does not contain the type's name.
func described[S any](t *testing.T) string {
	t.Helper()
	var to strings.Builder
	if !fold.Describe(&to, reflect.TypeFor[S]()) {
		t.Fatalf("%s is not kept", reflect.TypeFor[S]())
	}
	return strings.ReplaceAll(to.String(), reflect.TypeFor[S]().String(), "")
}

// The shape of a state type is a hash of everything that determines the JSON of its states. Two
// types with the same name whose JSON differs have different shapes.
func TestShapeHasWhatDecidesTheEncoding(t *testing.T) {
	t.Parallel()
	type embeds struct{ Inner }
	type holds struct{ Inner Inner }
	if described[embeds](t) == described[holds](t) {
		t.Error("a field that is embedded has the shape of one that is not")
	}
	if described[Amount](t) == described[Other](t) {
		t.Error("a type that encodes itself has the shape of another of its name")
	}
	type when struct{ At time.Time }
	if text := described[when](t); strings.Contains(text, "wall") {
		t.Errorf("a type of the standard library is said by more than its name: %s", text)
	}
}

// ShapeOf calls the method StateVersion even if its receiver is a pointer.
func TestStateVersionOfAPointer(t *testing.T) { //nolint:paralleltest // the test changes a package variable
	before := shape[pointed]("sum")
	pointedVersion = 2
	if bytes.Equal(before, shape[pointed]("sum")) {
		t.Error("another version has the same shape")
	}
}

func shape[S any](streamType string) []byte {
	return fold.New(streamType, func(s S, _ event.Event) S { return s }).Shape()
}

// The shape of a state type (a hash of its description) changes if a field changes, or if the
// method StateVersion returns another number.
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

// A snapshot stores personal data only in encrypted form, as the log does. If a state has personal
// data that is not encrypted, it can't be stored as a snapshot.
func TestStateWithPersonalDataIsKeptEncrypted(t *testing.T) {
	t.Parallel()
	name := event.Private("Ada")
	persons := fold.New("person", func(s person0, _ event.Event) person0 { return person0{name} })
	for _, encrypted := range []bool{false, true} {
		if encrypted {
			name = event.AsEncrypted("ZW5jcnlwdGVk")
		}
		add, encode, err := persons.Begin(nil)
		if err != nil {
			t.Fatal(err)
		}
		add(event.Recorded{Event: added{1}})
		text, err := encode()
		if encrypted != (err == nil) || !encrypted && !errors.Is(err, fold.ErrNotKept) || strings.Contains(string(text), "Ada") {
			t.Errorf("encrypted %t: it is kept as %s, %v", encrypted, text, err)
		}
	}
}

// If the JSON of a state decodes to a different state, the state can't be stored as a snapshot.
func TestStateThatDoesNotComeBackIsNotKept(t *testing.T) {
	t.Parallel()
	type state struct {
		Kept map[string]int `json:"-"`
	}
	add, encode, err := fold.New("sum", func(state, event.Event) state { return state{map[string]int{"a": 1}} }).Begin(nil)
	if err != nil {
		t.Fatal(err)
	}
	add(event.Recorded{Event: added{1}})
	if text, err := encode(); !errors.Is(err, fold.ErrNotKept) {
		t.Errorf("it is kept as %s, %v", text, err)
	}
}

// added is an event that adds a number.
type added struct{ N int }

func (added) EventType() string  { return "added" }
func (added) SchemaVersion() int { return 1 }
