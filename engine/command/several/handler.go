package several

import (
	"time"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
)

// Handler executes commands that change several streams. Commands that wait on the same set of
// streams are decided one after another, and their events are appended together.
type Handler[S, C any] struct {
	store  command.Store
	decide Decide[S, C]
	keep   time.Duration
	lines  *line.Lines[*call[S, C]] // a line for each set of streams
	keys   *once.Keys
}

// call is a command together with its streams. The variables of the streams are in the field
// states.
type call[S, C any] struct {
	body    C
	states  *S
	streams []Stream
}

// NewHandler returns a Handler that decides commands with the given function Decide, and appends
// their events to the store. The store must be the one that the Handlers of the single streams use.
func NewHandler[S, C any](store command.Store, decide Decide[S, C]) *Handler[S, C] {
	return &Handler[S, C]{
		store: store, decide: decide, keep: command.KeepAnswers,
		lines: line.New[*call[S, C]](command.MaxCommands), keys: once.NewKeys(),
	}
}

// WithKeepAnswers sets how long the answers of idempotency keys are stored, and returns h.
func (h *Handler[S, C]) WithKeepAnswers(keep time.Duration) *Handler[S, C] {
	h.keep = keep
	return h
}

// WithMaxCommands sets how many commands may wait or run at the same time, and returns h.
func (h *Handler[S, C]) WithMaxCommands(most int) *Handler[S, C] {
	h.lines.AtMost(most)
	return h
}
