package event

import (
	"time"

	"github.com/google/uuid"
)

// Expected versions with a meaning of their own.
const (
	NoStream   int64 = 0  // the stream has no events yet
	AnyVersion int64 = -1 // append whatever the version is
)

// Append is one all-or-nothing change of the log: events for one or more
// streams, and the record that makes it happen once.
type Append struct {
	Streams  []StreamAppend // at least one; a stream at most once
	Metadata Metadata       // of every event in it
	Once     *Once          // nil: not idempotent
}

// StreamAppend adds events to the end of one stream.
type StreamAppend struct {
	Type     string
	ID       uuid.UUID
	Expected int64 // the version that was decided on, NoStream or AnyVersion
	Events   []Event

	// Last is the id of the event that led to the expected version. Where the log has another
	// one there, because it went back, that is a conflict. uuid.Nil: whichever it is.
	Last uuid.UUID
}

// Once records an answer under an idempotency key, in the append's transaction.
type Once struct {
	Key         string
	Fingerprint []byte        // of the request: the same key with another one is refused
	Keep        time.Duration // how long the answer is kept
	Position    int64         // the answer's position if there is no event up to the append's end
}

// Appended is where an append left its first stream.
type Appended struct {
	StreamID uuid.UUID
	Version  int64 // of that stream
	Position int64 // of the last event that was written up to the append's end

	EventID uuid.UUID // of the event that led to the version; uuid.Nil if the append's chain has not written it
}

// Answered is an answer recorded under an idempotency key.
type Answered struct {
	Appended    Appended // where the first one went
	Fingerprint []byte   // of what was asked
}
