package event

import (
	"time"

	"github.com/google/uuid"
)

// Expected versions with a special meaning.
const (
	NoStream   int64 = 0  // NoStream expects that the stream has no events yet.
	AnyVersion int64 = -1 // AnyVersion appends whatever the stream's version is.
)

// Append is one all-or-nothing change of the log: events for one or more streams, and the
// idempotency record by which a retry of the command gets the first answer instead of a second
// change.
type Append struct {
	Streams  []StreamAppend // at least one; no stream twice
	Metadata Metadata       // stored with every event of the append
	Once     *Once          // idempotency record; nil: the append is not idempotent
}

// StreamAppend adds events to the end of one stream.
type StreamAppend struct {
	Type     string
	ID       uuid.UUID
	Expected int64 // the stream's version when the command was decided, NoStream or AnyVersion
	Events   []Event

	// Last is the id of the event that led to the expected version. If the log went back and has
	// another event at that version, the append is a conflict. If Last is uuid.Nil, the append
	// accepts any event at that version.
	Last uuid.UUID
}

// Once is the idempotency record of an append: it stores the answer under an idempotency key, in
// the append's transaction.
type Once struct {
	Key         string
	Fingerprint []byte        // HMAC of the request; a request with the same key and another fingerprint is refused
	Keep        time.Duration // how long the answer is stored
	Position    int64         // position to answer if neither this append nor the appends before it in the chain have an event
}

// Appended says which version and which position the first stream of an append has after the
// append.
type Appended struct {
	StreamID uuid.UUID
	Version  int64 // version of that stream
	Position int64 // position of the last event of this append and of the appends before it in the chain

	EventID uuid.UUID // id of the event that led to Version; uuid.Nil if none of the chain's appends wrote that event
}

// Answered is an answer that is stored under an idempotency key.
type Answered struct {
	Appended    Appended // outcome of the first request with the key
	Fingerprint []byte   // fingerprint of the first request with the key
}
