package event

import "github.com/google/uuid"

// Snapshot is a stream's state after its events up to a version. It is a shortcut: the reader must
// check that the log has the event on which it rests.
type Snapshot struct {
	Version  int64
	Position int64
	EventID  uuid.UUID
	State    []byte // JSON
}
