package event

import (
	"errors"
	"slices"
)

// ErrPreconditionFailed says that the stream is not at a version that the client named.
var ErrPreconditionFailed = errors.New("stream is at another version than the client expects")

// Precondition is what the client requires of the stream before its command (RFC 9110, If-Match).
// The zero value requires nothing.
type Precondition struct {
	Any      bool    // the stream exists, at any version ("*")
	Versions []int64 // the stream is at one of these; not nil but empty: no version will do
}

// Holds reports whether a stream at this version fulfils the precondition.
func (p Precondition) Holds(version int64) bool {
	if p.Any {
		return version > 0
	}
	return p.Versions == nil || version > 0 && slices.Contains(p.Versions, version)
}
