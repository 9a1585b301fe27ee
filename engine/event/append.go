package event

import (
	"time"

	"github.com/google/uuid"
)

// Values of StreamAppend.Expected with a special meaning.
const (
	NoStream   int64 = 0  // NoStream expects that the stream has no events yet.
	AnyVersion int64 = -1 // AnyVersion accepts any version of the stream.
)

// Append is one atomic change of the log: events for one or more streams, and an idempotency
// record. With this record, a retry of the same command gets the first answer, and causes no second
// change.
type Append struct {
	Streams  []StreamAppend // at least one; no stream twice
	Metadata Metadata       // stored with every event of the append
	Once     *Once          // idempotency record; nil: the append is not idempotent

	// Identity names the work that the append records. The function DeriveID computes the ids of the
	// events from Identity. If the same work is done again, the log already has an event with such an
	// id, and the append fails with ErrRecorded. If Identity is uuid.Nil, each event gets a new id.
	Identity uuid.UUID

	// Condition refuses the append, with ErrConflict, if a matching event was recorded after the
	// position Condition.After. Condition also refuses the append if an earlier append of the same
	// call of AppendAll adds a matching event. If Condition is nil, the append depends only on the
	// versions of its streams.
	Condition *Condition
}

// StreamAppend adds events to the end of one stream.
type StreamAppend struct {
	Type     string
	ID       uuid.UUID
	Expected int64 // the stream's version when the command was decided, NoStream or AnyVersion
	Events   []Event

	// Last is the id of the event at the expected version. If the stream has another event at this
	// version, because the log went back to an earlier state, the append fails with a conflict. If
	// Last is uuid.Nil, the id is not checked.
	Last uuid.UUID
}

// Once is the idempotency record of an append. The append stores its answer under an idempotency
// key, in the same transaction as its events.
type Once struct {
	Key         string
	Fingerprint []byte        // HMAC of the request; a request with the same key and another fingerprint is refused
	Keep        time.Duration // how long the answer is stored
	Position    int64         // position for the answer if this append, and the earlier appends of the same call of AppendAll, have no events
}

// Appended is the result of an append.
type Appended struct {
	StreamID uuid.UUID
	Version  int64 // version of the first stream of the append, after the append
	Position int64 // position of the last event of this append; if this append has no event, of the earlier appends of the same call of AppendAll

	EventID uuid.UUID // id of the event with the version Version; uuid.Nil if the call of AppendAll has not appended this event

	Ends []StreamEnd // ends of all streams of the append, in their order; nil for an append of one stream
}

// StreamEnd describes the last event of a stream after an append.
type StreamEnd struct {
	Version  int64
	Position int64     // position of this event; 0 if the call of AppendAll has not appended this event
	EventID  uuid.UUID // id of this event; uuid.Nil if the call of AppendAll has not appended this event
}

// Answered is an answer that is stored under an idempotency key.
type Answered struct {
	Appended    Appended // outcome of the first request with the key
	Fingerprint []byte   // fingerprint of the first request with the key
}
