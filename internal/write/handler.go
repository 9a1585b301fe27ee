// Package write turns commands into events: it loads a stream, lets the domain
// decide, and appends what was decided, once and in order. It knows no domain, no
// SQL and no HTTP.
package write

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// Store is the log as a handler needs it; eventstore.Store is one.
type Store interface {
	Append(ctx context.Context, a events.Append) (events.Appended, error)
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(events.Recorded) error) error
	Answer(ctx context.Context, key string) (events.Answered, bool, error)
}

// Decide says what happens because of a command, or refuses it with an
// *events.Rejection or events.ErrStreamNotFound. No events: nothing happens, and
// that is fine. It is pure: no clock, no id, no randomness, no database.
type Decide[S, C any] func(state S, command C) ([]events.Event, error)

// Evolve is the state after an event. It can't fail: the event has happened.
type Evolve[S any] func(state S, event events.Event) S

// Handler runs the commands of one kind of stream.
type Handler[S, C any] struct {
	store      Store
	streamType string
	decide     Decide[S, C]
	evolve     Evolve[S]
	turns      turns
	keys       keys
	keep       time.Duration
}

// KeepAnswers is how long an idempotency key's answer is kept, unless WithKeep says otherwise.
const KeepAnswers = 24 * time.Hour

// maxAttempts bounds how often one command is decided anew because another
// process was faster. In one process commands on a stream take turns.
const maxAttempts = 10

// NewHandler joins a domain to the log. streamType is stored with every event: frozen.
func NewHandler[S, C any](store Store, streamType string, decide Decide[S, C], evolve Evolve[S]) *Handler[S, C] {
	return &Handler[S, C]{
		store: store, streamType: streamType, decide: decide, evolve: evolve, keep: KeepAnswers,
		turns: turns{waiting: make(map[uuid.UUID]*turn)},
		keys:  keys{running: make(map[string]struct{})},
	}
}

// WithKeep sets how long answers are kept under their idempotency keys, and returns h.
func (h *Handler[S, C]) WithKeep(keep time.Duration) *Handler[S, C] {
	h.keep = keep
	return h
}

// Request is a command's envelope.
type Request struct {
	IfMatch     Precondition
	Key         string // of idempotency; "": none
	Fingerprint []byte // of the request, compared when the key comes again
	Metadata    events.Metadata
}

// Result is where a command left its stream. With no events decided it is where
// the stream was.
type Result struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // the first answer to this key, again
}

// Handle decides a command and answers once what was decided is durable.
//
// Errors: *events.Rejection, events.ErrStreamNotFound, ErrPreconditionFailed,
// ErrKeyReused, ErrKeyInUse and events.ErrConflict (somebody was faster, ten
// times over) stored nothing. For the store's own errors see events.
func (h *Handler[S, C]) Handle(ctx context.Context, streamID uuid.UUID, command C, r Request) (Result, error) {
	if r.Metadata.CommandID == "" {
		r.Metadata.CommandID = uuid.NewString()
	}
	if r.Key == "" {
		return h.takeTurn(ctx, streamID, command, r)
	}
	release, err := h.keys.claim(r.Key)
	if err != nil {
		return Result{}, err
	}
	defer release()
	if result, found, err := h.replay(ctx, r); found || err != nil {
		return result, err
	}
	result, err := h.takeTurn(ctx, streamID, command, r)
	if errors.Is(err, events.ErrAnswered) { // by another process, while we decided
		result, _, err = h.replay(ctx, r)
	}
	return result, err
}

// takeTurn waits until no other command of this process is on the stream: they
// would only conflict with each other.
func (h *Handler[S, C]) takeTurn(ctx context.Context, streamID uuid.UUID, command C, r Request) (Result, error) {
	leave, err := h.turns.enter(ctx, streamID)
	if err != nil {
		return Result{}, err
	}
	defer leave()
	for range maxAttempts {
		result, err := h.attempt(ctx, streamID, command, r)
		if !errors.Is(err, events.ErrConflict) {
			return result, err
		}
	}
	return Result{}, events.ErrConflict
}

// attempt decides on the stream as it is now. The expected version is the one that
// was decided on, never one read later.
func (h *Handler[S, C]) attempt(ctx context.Context, streamID uuid.UUID, command C, r Request) (Result, error) {
	state, at, err := h.load(ctx, streamID)
	if err != nil {
		return Result{}, err
	}
	decided, err := h.decide(state, command)
	if errors.Is(err, events.ErrStreamNotFound) {
		return Result{}, err
	}
	if !r.IfMatch.holds(at.Version) {
		return Result{}, ErrPreconditionFailed
	}
	if err != nil {
		return Result{}, err
	}
	if len(decided) == 0 && r.Key == "" {
		return at, nil
	}
	appended, err := h.store.Append(ctx, h.newAppend(at, decided, r))
	if err != nil {
		return Result{}, err
	}
	return Result{StreamID: streamID, Version: appended.Version, Position: appended.Position}, nil
}

func (h *Handler[S, C]) newAppend(at Result, decided []events.Event, r Request) events.Append {
	a := events.Append{
		Streams:  []events.StreamAppend{{Type: h.streamType, ID: at.StreamID, Expected: at.Version, Events: decided}},
		Metadata: r.Metadata,
	}
	if r.Key != "" {
		a.Once = &events.Once{Key: r.Key, Fingerprint: r.Fingerprint, Keep: h.keep, Position: at.Position}
	}
	return a
}

// load folds a stream into its state, and says where it stands.
func (h *Handler[S, C]) load(ctx context.Context, streamID uuid.UUID) (S, Result, error) {
	var state S
	at := Result{StreamID: streamID}
	err := h.store.Load(ctx, h.streamType, streamID, 0, func(e events.Recorded) error {
		state = h.evolve(state, e.Event)
		at.Version, at.Position = e.Version, e.Position
		return nil
	})
	if err != nil {
		return state, at, fmt.Errorf("load %s: %w", h.streamType, err)
	}
	return state, at, nil
}
