package command

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/command/group"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Handler runs the commands of one kind of stream. It decides commands that arrive together on a
// stream one after another, and appends them together.
type Handler[S, C any] struct {
	store  Store
	domain *plan.Domain[S, C]
	states *states.States[S]
	lines  *line.Lines[C]
	keys   *once.Keys
	groups *group.Server[S, C]
}

// Defaults of a Handler, which its With methods change.
const (
	KeepAnswers = 24 * time.Hour // how long an idempotency key's answer is kept
	KeepStates  = 50_000         // how many streams' states are kept in memory
	MaxCommands = 4096           // how many commands may wait or run at once
)

// NewHandler joins a domain to the log. streamType is stored with every event and must never
// change.
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

// WithKeepAnswers sets how long answers are kept under their idempotency keys, and returns h.
func (h *Handler[S, C]) WithKeepAnswers(keep time.Duration) *Handler[S, C] {
	h.domain.Keep = keep
	return h
}

// WithKeepStates sets how many streams' states are kept in memory, and returns h. The least
// recently used goes first. With 0 every command loads its stream.
func (h *Handler[S, C]) WithKeepStates(streams int) *Handler[S, C] {
	h.states.Keep(streams)
	return h
}

// WithMaxCommands sets how many commands may wait or run at once, and returns h.
func (h *Handler[S, C]) WithMaxCommands(most int) *Handler[S, C] {
	h.lines.AtMost(most)
	return h
}

// UseSnapshots makes loads of long streams that are not in memory begin at their snapshots. It must
// be called before the first command.
func (h *Handler[S, C]) UseSnapshots(find states.FindSnapshot) { h.states.UseSnapshots(find) }

// Observe applies an event that another process has appended to the stream's state in memory, if it
// is the next one. Otherwise the next command here would only learn of the event by a conflict.
func (h *Handler[S, C]) Observe(e event.Recorded) { h.states.Observe(e) }

// Forget drops the states of all streams, since the log went back. No later decision rests on them,
// except for commands that are being decided, whose append will be refused.
func (h *Handler[S, C]) Forget() { h.states.Forget() }

// CheckEvolve returns an error if Evolve changes a state or an event that it is given: see
// fold.Check. It is for tests.
func (h *Handler[S, C]) CheckEvolve(all []func() event.Event) error {
	return fold.Check(h.domain.StreamType, h.domain.Evolve, all)
}

// Handle decides a command, and answers once everything that the answer rests on is durable. If ctx
// ends, Handle stops waiting; what was already sent goes on.
//
// Errors: a command whose key has an answer gets that answer, or once.ErrKeyReused, instead of any
// error but an outage's. Only event.ErrUnknownOutcome says that the command may have taken effect,
// or still may. After any other error nothing was done: *event.Rejection, event.ErrStreamNotFound,
// event.ErrPreconditionFailed, once.ErrKeyReused, once.ErrKeyInUse, event.ErrOverloaded,
// event.ErrUnavailable, event.ErrConflict (another process was faster ten times) and the like.
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
			return resultOf(h.refused(ctx, r, err))
		}
	}
	c := &line.Command[C]{Body: body, NewStream: r.NewStream, IfMatch: r.IfMatch, Key: r.Key, Fingerprint: r.Fingerprint, Metadata: r.Metadata}
	first, err := h.lines.Join(ctx, streamID, c)
	if err != nil {
		h.keys.Release(r.Key)
		return Result{}, err
	}
	if first {
		go h.groups.Serve(context.WithoutCancel(ctx), streamID)
	}
	return resultOf(c.Await(ctx))
}

// refused answers a request that can't be decided: with the first answer of its key, if there is
// one, else with the reason.
func (h *Handler[S, C]) refused(ctx context.Context, r Request, reason error) line.Answer {
	if r.Key == "" || once.IsOutage(reason) {
		return line.Answer{Err: reason}
	}
	answers, err := h.store.Answers(ctx, []string{r.Key})
	if err != nil {
		return line.Answer{Err: states.InTime(err)}
	}
	if first, ok := answers[r.Key]; ok {
		return once.Again(first, r.Fingerprint)
	}
	return line.Answer{Err: reason}
}

func resultOf(a line.Answer) (Result, error) {
	return Result{StreamID: a.StreamID, Version: a.Version, Position: a.Position, Replayed: a.Replayed}, a.Err
}
