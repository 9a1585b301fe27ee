package event

import (
	"errors"
	"slices"
)

// ErrPreconditionFailed says that the stream is not at a version that the client named.
var ErrPreconditionFailed = errors.New("stream is at another version than the client expects")

// Precondition is what the client says of the stream before its command (RFC 9110,
// If-Match). The zero value demands nothing.
type Precondition struct {
	Any      bool    // the stream exists, at whatever version ("*")
	Versions []int64 // it is at one of these; not nil but empty: none will do
}

// Holds reports whether a stream that is at a version fulfils it.
func (p Precondition) Holds(version int64) bool {
	if p.Any {
		return version > 0
	}
	return p.Versions == nil || version > 0 && slices.Contains(p.Versions, version)
}
