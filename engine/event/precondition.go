package event

import (
	"errors"
	"slices"
)

// ErrPreconditionFailed says that the client does not accept the stream's current version for its
// command.
var ErrPreconditionFailed = errors.New("stream is at another version than the client expects")

// Precondition says which versions of the stream the client accepts for its command (RFC 9110,
// If-Match). The zero value accepts any version.
type Precondition struct {
	Any      bool    // the stream must exist, at any version ("*")
	Versions []int64 // the stream must be at one of these versions; empty but not nil: no version is accepted
}

// Holds reports whether the precondition accepts a stream with the given version.
func (p Precondition) Holds(version int64) bool {
	if p.Any {
		return version > 0
	}
	return p.Versions == nil || version > 0 && slices.Contains(p.Versions, version)
}
