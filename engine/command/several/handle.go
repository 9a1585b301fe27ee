package several

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/answers"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/tracing"
)

// Handle executes a command. The parameter name is a function that returns the command's streams,
// and that Handle calls once. For each stream, this function chooses a variable of the struct
// states, to which Handle assigns the stream's state (see Into). The order of the streams is the
// order of their events in the log.
//
// Request.IfMatch and Request.NewStream are about the first stream, and the Result has the id and
// the version of the first stream. Otherwise Handle answers as command.Handler.Handle does.
func (h *Handler[S, C]) Handle(ctx context.Context, name func(states *S) []Stream, body C, r command.Request) (command.Result, error) {
	all := &call[S, C]{body: body, states: new(S)}
	all.streams = name(all.states)
	if err := check(all.streams); err != nil {
		return command.Result{}, err
	}
	if r.Metadata.CommandID == "" {
		r.Metadata.CommandID = uuid.NewString()
	}
	if err := h.keys.Claim(r.Key); err != nil {
		return command.Result{}, err
	}
	if r.Check != nil {
		if err := r.Check(ctx); err != nil {
			defer h.keys.Release(r.Key)
			return resultOf(answers.Refuse(ctx, h.store, r.Key, r.Fingerprint, err))
		}
	}
	c := &line.Command[*call[S, C]]{Body: all, NewStream: r.NewStream, IfMatch: r.IfMatch, Key: r.Key, Fingerprint: r.Fingerprint, Metadata: r.Metadata, Identity: r.Identity}
	set := setOf(all.streams)
	first, err := h.lines.Join(ctx, set, c)
	if err != nil {
		h.keys.Release(r.Key)
		return command.Result{}, err
	}
	if first {
		go h.serve(tracing.Detach(ctx), set)
	}
	return resultOf(c.Await(ctx))
}

// serve takes one group of commands after another from the line of a set of streams and executes
// them, until no command waits.
func (h *Handler[S, C]) serve(ctx context.Context, set uuid.UUID) {
	for commands := h.lines.Next(set); commands != nil; commands = h.lines.Next(set) {
		h.newGroup(commands).run(ctx)
	}
}

func resultOf(a line.Answer) (command.Result, error) {
	return command.Result{StreamID: a.StreamID, Version: a.Version, Position: a.Position, Replayed: a.Replayed}, a.Err
}
