package workflow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// Target is an aggregate to whose streams workflows may send commands.
type Target struct {
	StreamType string

	names map[reflect.Type]string
	types map[string]reflect.Type
	open  func(store command.Store) Handler
}

// Handler executes the commands of a Target. A Handler is safe for concurrent use.
type Handler struct {
	Handle  func(ctx context.Context, stream uuid.UUID, body any, r command.Request) error
	Observe func(e event.Recorded)
	Forget  func()
}

// NewTarget returns a Target for an aggregate. The map commands has one value of each type of
// command that workflows may send. Its keys are the names under which jobs store the commands, and
// must never change. A job stores a command as JSON. A program must be able to read the jobs of
// older programs: a type of command may get new fields, but the meaning of a field must not change.
func NewTarget[S, C any](aggregate command.Aggregate[S, C], commands map[string]C) Target {
	t := Target{StreamType: aggregate.StreamType, names: make(map[reflect.Type]string), types: make(map[string]reflect.Type)}
	for name, of := range commands {
		t.names[reflect.TypeOf(of)], t.types[name] = name, reflect.TypeOf(of)
	}
	t.open = func(store command.Store) Handler {
		h := aggregate.Handler(store)
		return Handler{Observe: h.Observe, Forget: h.Forget, Handle: func(ctx context.Context, stream uuid.UUID, body any, r command.Request) error {
			c, ok := body.(C)
			if !ok {
				return fmt.Errorf("%T is no command of %s", body, aggregate.StreamType)
			}
			_, err := h.Handle(ctx, stream, c, r)
			return err
		}}
	}
	return t
}

// Open returns a Handler that appends to a store.
func (t Target) Open(store command.Store) Handler { return t.open(store) }

// Stored is a command in the form in which a job stores it.
type Stored struct {
	StreamType string          `json:"stream_type"`
	Name       string          `json:"name"`
	Data       json.RawMessage `json:"data"`
}

// Targets has the Targets of a service, by their stream types.
type Targets map[string]Target

// NewTargets returns Targets.
func NewTargets(all ...Target) Targets {
	targets := make(Targets, len(all))
	for _, t := range all {
		targets[t.StreamType] = t
	}
	return targets
}

// Encode returns the stored form of a command. If no Target lists the type of the command, Encode
// returns an error.
func (t Targets) Encode(body any) (Stored, error) {
	for _, target := range t {
		name, ok := target.names[reflect.TypeOf(body)]
		if !ok {
			continue
		}
		data, err := Encode(body, MaxData)
		if err != nil {
			return Stored{}, fmt.Errorf("encode command %s of %s: %w", name, target.StreamType, err)
		}
		return Stored{target.StreamType, name, data}, nil
	}
	return Stored{}, fmt.Errorf("no target lists the command %T", body)
}

// Decode returns a command from its stored form. If the stored command has a field that this
// program does not know, Decode returns an error, because a newer version of the program has stored
// the command.
func (t Targets) Decode(s Stored) (any, error) {
	of, ok := t[s.StreamType].types[s.Name]
	if !ok {
		return nil, fmt.Errorf("no target of %s lists the command %q", s.StreamType, s.Name)
	}
	body := reflect.New(of)
	decoder := json.NewDecoder(bytes.NewReader(s.Data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(body.Interface()); err != nil {
		return nil, fmt.Errorf("decode command %s of %s: %w", s.Name, s.StreamType, err)
	}
	return body.Elem().Interface(), nil
}
