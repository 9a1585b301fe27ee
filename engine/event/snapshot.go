package event

import "github.com/google/uuid"

// Snapshot is the stored state of a stream at a version. Before a reader uses a Snapshot, the
// reader must check that the log has the event EventID at this version. If the log has no such
// event, the log went back to an earlier state, and the Snapshot must not be used.
type Snapshot struct {
	Version  int64
	Position int64
	EventID  uuid.UUID
	State    []byte // JSON
}
