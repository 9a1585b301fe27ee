package event

import (
	"time"

	"github.com/google/uuid"
)

// Expected versions with a special meaning.
const (
	NoStream   int64 = 0  // the stream has no events yet
	AnyVersion int64 = -1 // append whatever the version is
)

// Append is one all-or-nothing change of the log: events for one or more streams, and the
// idempotency record that makes it happen once.
type Append struct {
	Streams  []StreamAppend // at least one; each stream at most once
	Metadata Metadata       // of every event in the append
	Once     *Once          // nil: not idempotent
}

// StreamAppend adds events to the end of one stream.
type StreamAppend struct {
	Type     string
	ID       uuid.UUID
	Expected int64 // the version that was decided on, NoStream or AnyVersion
	Events   []Event

	// Last is the id of the event that led to the expected version. If the log went back and has
	// another event there, the append is a conflict. uuid.Nil: any event.
	Last uuid.UUID
}

// Once stores an answer under an idempotency key, in the append's transaction.
type Once struct {
	Key         string
	Fingerprint []byte        // of the request: a request with the same key and another fingerprint is refused
	Keep        time.Duration // how long the answer is kept
	Position    int64         // the answer's position if the chain has no event up to and including this append
}

// Appended says where an append left its first stream.
type Appended struct {
	StreamID uuid.UUID
	Version  int64 // of that stream
	Position int64 // of the last event that the chain wrote up to and including this append

	EventID uuid.UUID // of the event that led to the version; uuid.Nil if this chain has not written it
}

// Answered is an answer that is stored under an idempotency key.
type Answered struct {
	Appended    Appended // what the first request did
	Fingerprint []byte   // of the first request
}
