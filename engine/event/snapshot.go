package event

import "github.com/google/uuid"

// Snapshot is a stream's state as its events up to a version have left it. It is a shortcut:
// whoever takes it looks whether the log has the event that it rests on.
type Snapshot struct {
	Version  int64
	Position int64
	EventID  uuid.UUID
	State    []byte // JSON
}
