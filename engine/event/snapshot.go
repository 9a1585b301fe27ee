package event

import "github.com/google/uuid"

// Snapshot is the state of a stream at a version. The reader must check that the log still has
// the event EventID at that version: if the log went back, the snapshot must not be used.
type Snapshot struct {
	Version  int64
	Position int64
	EventID  uuid.UUID
	State    []byte // JSON
}
