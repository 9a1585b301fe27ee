package command

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/answers"
	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/command/group"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/tracing"
)

// Handler executes the commands of one kind of stream. If several commands on a stream wait, the
// Handler decides them one after another and appends their events together.
type Handler[S, C any] struct {
	store  Store
	domain *plan.Domain[S, C]
	states *states.States[S]
	lines  *line.Lines[C]
	keys   *once.Keys
	groups *group.Server[S, C]
}

// Default settings of a Handler. The methods WithKeepAnswers, WithKeepStates and WithMaxCommands
// set other values.
const (
	KeepAnswers = 24 * time.Hour // how long the answer to an idempotency key is stored
	KeepStates  = 50_000         // how many streams have their state in memory
	MaxCommands = 4096           // how many commands may wait or run at the same time
)

// NewHandler returns a Handler that decides commands with the given functions Decide and Evolve,
// and appends their events to the store. The parameter streamType is stored with every event, and
// must never change.
func NewHandler[S, C any](store Store, streamType string, decide Decide[S, C], evolve Evolve[S]) *Handler[S, C] {
	h := &Handler[S, C]{
		store:  store,
		domain: plan.New(streamType, KeepAnswers, decide, evolve),
		states: states.New(store, streamType, evolve, KeepStates),
		lines:  line.New[C](MaxCommands),
		keys:   once.NewKeys(),
	}
	h.groups = &group.Server[S, C]{Log: store, Domain: h.domain, States: h.states, Lines: h.lines, Keys: h.keys}
	return h
}

// WithKeepAnswers sets how long the answers of idempotency keys are stored, and returns h.
func (h *Handler[S, C]) WithKeepAnswers(keep time.Duration) *Handler[S, C] {
	h.domain.Keep = keep
	return h
}

// WithKeepStates sets how many streams can have their state in memory, and returns h. If more
// streams are used, the Handler drops the state of the least recently used stream. If the number is
// 0, every command loads its stream.
func (h *Handler[S, C]) WithKeepStates(streams int) *Handler[S, C] {
	h.states.Keep(streams)
	return h
}

// WithMaxCommands sets how many commands may wait or run at the same time, and returns h.
func (h *Handler[S, C]) WithMaxCommands(most int) *Handler[S, C] {
	h.lines.AtMost(most)
	return h
}

// UseSnapshots sets the function that finds snapshots. If the state of a long stream is not in
// memory, loading begins at the stream's snapshot. Call UseSnapshots before the first command.
func (h *Handler[S, C]) UseSnapshots(find states.FindSnapshot) { h.states.UseSnapshots(find) }

// Observe takes an event that another process has appended, and applies it to the stream's state in
// memory. The next command in this process then does not conflict with the event. If the event does
// not directly follow the state in memory, Observe ignores the event.
func (h *Handler[S, C]) Observe(e event.Recorded) { h.states.Observe(e) }

// Forget drops the states of all streams. The caller must call Forget after the log went back to an
// earlier state. Later commands load their streams from the log. Commands that are being decided
// still use the old states, but their appends will fail with a conflict.
func (h *Handler[S, C]) Forget() { h.states.Forget() }

// CheckEvolve returns an error if the function Evolve changes a state or an event that was passed
// to it; see the function fold.Check. CheckEvolve is for tests.
func (h *Handler[S, C]) CheckEvolve(all []func() event.Event) error {
	return fold.Check(h.domain.StreamType, h.domain.Evolve, all)
}

// Handle executes a command. Handle returns its answer as soon as all events on which the answer
// depends are durable. If ctx ends, Handle stops waiting, but an append that was already sent to
// the database can still succeed.
//
// If the command's idempotency key already has an answer, Handle returns that answer, even if the
// command would fail today. If the key was used for another request, Handle returns
// once.ErrKeyReused. During an outage (see once.IsOutage), Handle can't look up the key, and
// returns the error of the outage. If Handle returns event.ErrUnknownOutcome, the command may have
// taken effect, or may still take effect. After any other error, the command has had no effect:
// *event.Rejection, event.ErrStreamNotFound, event.ErrPreconditionFailed, once.ErrKeyReused,
// once.ErrKeyInUse, event.ErrOverloaded, event.ErrUnavailable, event.ErrConflict (in each of ten
// attempts, another process appended first) and others.
func (h *Handler[S, C]) Handle(ctx context.Context, streamID uuid.UUID, body C, r Request) (Result, error) {
	if r.Metadata.CommandID == "" {
		r.Metadata.CommandID = uuid.NewString()
	}
	if err := h.keys.Claim(r.Key); err != nil {
		return Result{}, err
	}
	if r.Check != nil {
		if err := r.Check(ctx); err != nil {
			defer h.keys.Release(r.Key)
			return resultOf(answers.Refuse(ctx, h.store, r.Key, r.Fingerprint, err))
		}
	}
	c := &line.Command[C]{Body: body, NewStream: r.NewStream, IfMatch: r.IfMatch, Key: r.Key, Fingerprint: r.Fingerprint, Metadata: r.Metadata, Identity: r.Identity}
	first, err := h.lines.Join(ctx, streamID, c)
	if err != nil {
		h.keys.Release(r.Key)
		return Result{}, err
	}
	if first {
		go h.groups.Serve(tracing.Detach(ctx), streamID)
	}
	return resultOf(c.Await(ctx))
}

func resultOf(a line.Answer) (Result, error) {
	return Result{StreamID: a.StreamID, Version: a.Version, Position: a.Position, Replayed: a.Replayed}, a.Err
}
