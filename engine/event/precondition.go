package event

import (
	"errors"
	"slices"
)

// ErrPreconditionFailed says that the stream's version is none of those that the client accepts.
var ErrPreconditionFailed = errors.New("stream is at another version than the client expects")

// Precondition says at which versions of the stream the client allows its command (RFC 9110,
// If-Match). The zero value allows the command at any version.
type Precondition struct {
	Any      bool    // the stream must exist, at any version ("*")
	Versions []int64 // the stream must be at one of these versions; empty but not nil: no version is accepted
}

// Holds reports whether a stream at this version fulfils the precondition.
func (p Precondition) Holds(version int64) bool {
	if p.Any {
		return version > 0
	}
	return p.Versions == nil || version > 0 && slices.Contains(p.Versions, version)
}
