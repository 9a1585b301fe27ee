package several

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
)

// MostStreams limits how many streams one command may name.
const MostStreams = 100

// Stream is one stream of a command, with the variable that gets the stream's state.
type Stream struct {
	id   uuid.UUID
	kind string // type of the stream
	open func() part
	show func(part) error // sets the variable to the state that a part has
}

// Into returns a Stream with the given id. Before Decide is called, the stream's state is assigned
// to the variable to which the parameter into points. The parameter h is the Handler that executes
// the commands on this stream alone. Package several uses the cached state of h, and holds the line
// that h has for the stream.
func Into[S, C any](h *command.Handler[S, C], id uuid.UUID, into *S) Stream {
	return Stream{
		id:   id,
		kind: h.Access().Domain.StreamType,
		open: func() part { return newPart(h, id) },
		show: func(p part) error {
			own, ok := p.(*typed[S, C])
			if !ok {
				return fmt.Errorf("stream %s is named as two types of streams", id)
			}
			*into = own.to.Value
			return nil
		},
	}
}

// check returns an error if a command names no stream or too many streams, names a stream twice, or
// has a Stream that is not from Into.
func check(streams []Stream) error {
	if len(streams) == 0 || len(streams) > MostStreams {
		return fmt.Errorf("a command names %d streams, instead of 1 to %d", len(streams), MostStreams)
	}
	if slices.ContainsFunc(streams, func(s Stream) bool { return s.open == nil }) {
		return errors.New("a command names a stream that is not from Into")
	}
	ids := inOrder(streams)
	if len(slices.CompactFunc(ids, func(a, b Stream) bool { return a.id == b.id })) < len(streams) {
		return ErrStreamTwice
	}
	return nil
}

// ErrStreamTwice says that a command names the same stream twice. Such a command would have two
// states of this stream, which would change independently. A service refuses such a command before
// it calls Handle.
var ErrStreamTwice = errors.New("the command names a stream twice")

// inOrder returns the streams of a command in the order of their ids.
func inOrder(streams []Stream) []Stream {
	return slices.SortedFunc(slices.Values(streams), func(a, b Stream) int { return bytes.Compare(a.id[:], b.id[:]) })
}

// setOf returns an id for a set of streams. Two commands have the same set if they name the same
// streams, with the same types, in any order.
func setOf(streams []Stream) uuid.UUID {
	all := make([]byte, 0, 32*len(streams))
	for _, s := range inOrder(streams) {
		all = append(append(append(all, s.id[:]...), s.kind...), 0)
	}
	return uuid.NewSHA1(uuid.Nil, all)
}
