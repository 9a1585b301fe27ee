//go:build linux

package history

import (
	"time"

	"github.com/google/uuid"
)

// Span holds a fault, and the times of its beginning and its end.
type Span struct {
	Kind     string
	Process  int // number of the API with the fault, or -1
	From, To time.Duration
}

// Unattended is a period during which no projector reported that it was ready, so no process
// executed the jobs of the workflow.
type Unattended struct{ From, To time.Duration }

// Intrusion is the answer to a request whose token was signed by a key that the issuer never had.
type Intrusion struct{ Process, Status int }

// Locking is a period during which this program had the append lock without interruption, in order
// to cause a fault.
type Locking struct{ From, To time.Duration }

// Probe is an answer of an API to /readyz.
type Probe struct {
	Process    int
	Sent, Done time.Duration
	Ready      bool
}

// Searched is a place (such as a table or a log) in which the campaign, a test program, searched
// for texts of persons.
type Searched struct {
	Place string
	Bytes int64 // number of bytes, or of table rows
	Clear bool  // the search found the text that is stored unencrypted
	Has   bool  // the place must contain that text
	Found []string
}

// Logged is the log of one program at the end of the run.
type Logged struct {
	Program string
	Lines   int
	Wrong   []string // lines that docs/logs.md does not describe, each with the reason
}

// OwnReport is the report of a command of cmd/ops about the log or about a projection.
type OwnReport struct {
	Verb    string
	About   int64 // number of positions that the subcommand compared, from the first position on
	Left    int64 // number of positions that the subcommand could not check
	Differs []string
}

// ClockOff is a change of the server's clock. Off is the clock's error after the change.
type ClockOff struct {
	From, To time.Duration // the change happened at some time between From and To
	Off      time.Duration
}

const (
	Blur = time.Second // largest difference between this process's clock and the server's
)

// KeyRows holds the rows of the key tables at the end of the run, by person.
type KeyRows struct {
	Persons  map[uuid.UUID]bool
	Lookups  map[uuid.UUID]int
	Erased   map[uuid.UUID]bool
	Erasures map[uuid.UUID]bool // rows of the table erasures, which is stored with the log
}

// Lateness says when a pause of this program began, and how much longer than planned the pause
// took. A pause that takes much longer shows that the machine was busy.
type Lateness struct{ At, By time.Duration }

// Kept contains numbers about snapshots of long streams. Taken is the number of snapshots at the
// end of the run. Used says how often the API processes have loaded a stream from a snapshot; each
// process counts from its last start.
type Kept struct{ Taken, Used int64 }
