package tank

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Stream is the stream type of tanks.
const Stream = "tank"

type (
	// Built is the first event in the stream of a tank.
	Built struct {
		Place string `json:"place"`
	}
	// Poured increases the level of a tank. It is the only event that is also published to other
	// services.
	Poured struct {
		Amount int64  `json:"amount"`
		Note   string `json:"note,omitempty"`
	}
	// Drained decreases the level of a tank.
	Drained struct {
		Amount int64 `json:"amount"`
	}
)

func (Built) EventType() string   { return "tank.built" }
func (Poured) EventType() string  { return "tank.poured" }
func (Drained) EventType() string { return "tank.drained" }

func (Built) SchemaVersion() int   { return 1 }
func (Poured) SchemaVersion() int  { return 1 }
func (Drained) SchemaVersion() int { return 1 }

// PouredMessage is the type of the message that is published for a Poured event.
const PouredMessage = "com.example.tank.Poured.v1"

// Message implements event.PublicEvent.
func (e Poured) Message(uuid.UUID) event.Message {
	return event.Message{Type: PouredMessage, Data: e}
}

// Decode decodes the events of tanks. It implements event.Decode.
func Decode(eventType string, schemaVersion int, data []byte) (event.Event, error) {
	if schemaVersion != 1 {
		return nil, fmt.Errorf("decode %s: there is no schema version %d", eventType, schemaVersion)
	}
	switch eventType {
	case Built{}.EventType():
		return decode[Built](data)
	case Poured{}.EventType():
		return decode[Poured](data)
	case Drained{}.EventType():
		return decode[Drained](data)
	}
	return nil, fmt.Errorf("%w: a tank has no %q", event.ErrUnknownEvent, eventType)
}

func decode[E event.Event](data []byte) (event.Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// Command is one of the types Build, Pour and Drain.
type Command interface{ isCommand() }

type (
	// Build is the command that creates a tank.
	Build struct{ Place string }
	// Pour is the command that increases the level of a tank.
	Pour struct {
		Amount int64
		Note   string
	}
	// Drain is the command that decreases the level of a tank. It is rejected if the level is too
	// low.
	Drain struct{ Amount int64 }
)

func (Build) isCommand() {}
func (Pour) isCommand()  {}
func (Drain) isCommand() {}

// State is the state of a tank. It contains only what the function Decide needs.
type State struct {
	Built bool
	Level int64
}

// Evolve returns the state of a tank after an event.
func Evolve(s State, happened event.Event) State {
	switch e := happened.(type) {
	case Built:
		s.Built = true
	case Poured:
		s.Level += e.Amount
	case Drained:
		s.Level -= e.Amount
	}
	return s
}

// Decide returns the events that a command causes.
func Decide(s State, command Command) ([]event.Event, error) {
	if build, ok := command.(Build); ok {
		return []event.Event{Built(build)}, nil
	}
	if !s.Built {
		return nil, event.ErrStreamNotFound
	}
	switch c := command.(type) {
	case Pour:
		return []event.Event{Poured(c)}, nil
	case Drain:
		if c.Amount > s.Level {
			return nil, &event.Rejection{Code: "too_little", Detail: "there is not as much in the tank"}
		}
		return []event.Event{Drained(c)}, nil
	}
	return nil, fmt.Errorf("tank can't decide a %T", command)
}
