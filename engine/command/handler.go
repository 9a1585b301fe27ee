package command

import (
	"context"
	"reflect"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Store is the log as a handler needs it; eventstore.Store is one.
type Store interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error
	Answers(ctx context.Context, keys []string) (map[string]event.Answered, error)
}

// Decide says what happens because of a command, or refuses it with an
// *event.Rejection or event.ErrStreamNotFound. No events: nothing happens, and
// that is fine. It is pure: no clock, no id, no randomness, no database.
type Decide[S, C any] func(state S, command C) ([]event.Event, error)

// Evolve returns the state after an event. It can't fail: the event has happened. It must
// not change the state and the event that it is given; CheckEvolve finds one that does.
// Its decisions are right also then: it hands out neither twice.
type Evolve[S any] func(state S, e event.Event) S

// Handler runs the commands of one kind of stream. Commands that meet on a stream
// are decided one after another and appended together.
type Handler[S, C any] struct {
	store      Store
	streamType string
	decide     Decide[S, C]
	evolve     Evolve[S]
	flat       bool // a copy of a state shares nothing with it
	personal   bool // a state may hold personal data
	lines      *lines[C]
	states     *states[S]
	keys       keys
	keep       time.Duration
	snapshots  FindSnapshot // nil: there are none
	shape      []byte
}

// FindSnapshot returns the snapshot of a stream that was taken by a shape of its state, if there
// is one.
type FindSnapshot func(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (s event.Snapshot, found bool, err error)

// What a handler has unless its With methods say otherwise.
const (
	KeepAnswers = 24 * time.Hour // how long an idempotency key's answer is kept
	KeepStates  = 50_000         // how many streams' states are held in memory
	MaxCommands = 4096           // how many commands may wait or run at once
)

// NewHandler joins a domain to the log. streamType is stored with every event: frozen.
func NewHandler[S, C any](store Store, streamType string, decide Decide[S, C], evolve Evolve[S]) *Handler[S, C] {
	return &Handler[S, C]{
		store: store, streamType: streamType, decide: decide, evolve: evolve, keep: KeepAnswers,
		flat:     isFlat(reflect.TypeFor[S]()),
		personal: mayHold(reflect.TypeFor[S](), reflect.TypeFor[event.Personal](), make(map[reflect.Type]bool)),
		lines:    newLines[C](MaxCommands),
		states:   newStates[S](KeepStates),
		keys:     keys{running: make(map[string]struct{})},
	}
}

// WithKeepAnswers sets how long answers are kept under their idempotency keys, and returns h.
func (h *Handler[S, C]) WithKeepAnswers(keep time.Duration) *Handler[S, C] {
	h.keep = keep
	return h
}

// WithKeepStates sets how many streams' states are held in memory, the least
// recently used going first; 0: none, every command loads its stream. It returns h.
func (h *Handler[S, C]) WithKeepStates(streams int) *Handler[S, C] {
	h.states = newStates[S](streams)
	return h
}

// WithMaxCommands sets how many commands may wait or run at once, and returns h.
func (h *Handler[S, C]) WithMaxCommands(most int) *Handler[S, C] {
	h.lines = newLines[C](most)
	return h
}

// UseSnapshots has long streams that are not in memory loaded from their snapshots on. It is
// called before the first command.
func (h *Handler[S, C]) UseSnapshots(find FindSnapshot) {
	if h.shape = shapeOf[S](h.streamType); h.shape != nil {
		h.snapshots = find
	}
}

// Request is a command's envelope.
type Request struct {
	NewStream   bool // the stream's id was made for this command: nobody else knows it
	IfMatch     Precondition
	Key         string // of idempotency; "": none
	Fingerprint []byte // of the request, compared when the key comes again
	Metadata    event.Metadata

	// Check says whether what the command refers to allows it. Whatever else a command reads
	// before it is decided is read here, and nowhere before: what it refuses is refused
	// unless the key has an answer already. nil: the command refers to nothing.
	Check func(ctx context.Context) error
}

// Result is where a command left its stream. With no events decided it is where
// the stream was.
type Result struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // the first answer to this key, again
}

// Handle decides a command and answers once what the answer rests on is durable.
// Ending ctx gives up the wait, not what was already sent.
//
// Errors: a command whose key has an answer gets that one, or ErrKeyReused, instead of any
// that is not an outage's. event.ErrUnknownOutcome alone says that the command may have
// taken effect, or may still. After any other, such as *event.Rejection,
// event.ErrStreamNotFound, ErrPreconditionFailed, ErrKeyReused, ErrKeyInUse,
// event.ErrOverloaded, event.ErrUnavailable and event.ErrConflict (somebody was faster,
// ten times over), nothing was done.
func (h *Handler[S, C]) Handle(ctx context.Context, streamID uuid.UUID, body C, r Request) (Result, error) {
	if r.Metadata.CommandID == "" {
		r.Metadata.CommandID = uuid.NewString()
	}
	if err := h.keys.claim(r.Key); err != nil {
		return Result{}, err
	}
	if r.Check != nil {
		if err := r.Check(ctx); err != nil {
			defer h.keys.release(r.Key)
			return h.refused(ctx, r, err)
		}
	}
	c := &command[C]{body: body, Request: r, gone: ctx.Done(), answered: make(chan answer, 1)}
	c.until, _ = ctx.Deadline()
	first, err := h.lines.join(streamID, c)
	if err != nil {
		h.keys.release(r.Key)
		return Result{}, err
	}
	if first {
		go h.serve(context.WithoutCancel(ctx), streamID)
	}
	select {
	case a := <-c.answered:
		return a.result, a.err
	case <-ctx.Done():
		return c.outOfTime(ctx)
	}
}
