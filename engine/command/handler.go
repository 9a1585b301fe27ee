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

// Handler runs the commands of one kind of stream. Commands that meet on a stream
// are decided one after another and appended together.
type Handler[S, C any] struct {
	store  Store
	domain *plan.Domain[S, C]
	states *states.States[S]
	lines  *line.Lines[C]
	keys   *once.Keys
	groups *group.Server[S, C]
}

// What a handler has unless its With methods say otherwise.
const (
	KeepAnswers = 24 * time.Hour // how long an idempotency key's answer is kept
	KeepStates  = 50_000         // how many streams' states are held in memory
	MaxCommands = 4096           // how many commands may wait or run at once
)

// NewHandler joins a domain to the log. streamType is stored with every event: frozen.
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

// WithKeepStates sets how many streams' states are held in memory, the least
// recently used going first; 0: none, every command loads its stream. It returns h.
func (h *Handler[S, C]) WithKeepStates(streams int) *Handler[S, C] {
	h.states.Keep(streams)
	return h
}

// WithMaxCommands sets how many commands may wait or run at once, and returns h.
func (h *Handler[S, C]) WithMaxCommands(most int) *Handler[S, C] {
	h.lines.AtMost(most)
	return h
}

// UseSnapshots has long streams that are not in memory loaded from their snapshots on. It is
// called before the first command.
func (h *Handler[S, C]) UseSnapshots(find states.FindSnapshot) { h.states.UseSnapshots(find) }

// Observe carries what is remembered of a stream on to an event that another process
// has appended, if it is the next one. Without it the next command here would find out
// by a conflict.
func (h *Handler[S, C]) Observe(e event.Recorded) { h.states.Observe(e) }

// Forget drops the states of all streams: the log went back. What is decided now rests on
// none of them, but for commands that have one in hand, whose append will be refused.
func (h *Handler[S, C]) Forget() { h.states.Forget() }

// CheckEvolve returns an error if Evolve changes a state or an event that it is given, in one
// of many histories made of these events in any order: see fold.Check. It is for tests.
func (h *Handler[S, C]) CheckEvolve(all []func() event.Event) error {
	return fold.Check(h.domain.StreamType, h.domain.Evolve, all)
}

// Handle decides a command and answers once what the answer rests on is durable.
// Ending ctx gives up the wait, not what was already sent.
//
// Errors: a command whose key has an answer gets that one, or once.ErrKeyReused, instead of any
// that is not an outage's. event.ErrUnknownOutcome alone says that the command may have
// taken effect, or may still. After any other, such as *event.Rejection,
// event.ErrStreamNotFound, event.ErrPreconditionFailed, once.ErrKeyReused,
// once.ErrKeyInUse,
// event.ErrOverloaded, event.ErrUnavailable and event.ErrConflict (somebody was faster,
// ten times over), nothing was done.
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

// refused returns the answer to a request that can't be decided for this reason: the first one, if
// its key has that.
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
