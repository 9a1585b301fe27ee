//go:build linux

package history

import (
	"time"

	"github.com/google/uuid"
)

// Span is a fault, from its beginning to its end.
type Span struct {
	Kind     string
	Process  int // the API's that it was done to, or -1
	From, To time.Duration
}

// Intrusion is the answer to a token by a key that the issuer never had.
type Intrusion struct{ Process, Status int }

// Locking is a time during which somebody else held the append lock, all of it.
type Locking struct{ From, To time.Duration }

// Probe is an answer of an API's /readyz.
type Probe struct {
	Process    int
	Sent, Done time.Duration
	Ready      bool
}

// Searched is a place where persons' texts were looked for.
type Searched struct {
	Place string
	Bytes int64 // or rows
	Clear bool  // what is kept in clear was found
	Has   bool  // it must have that
	Found []string
}

// OwnReport is what a verb of cmd/ops says of the log, or of what was made of it.
type OwnReport struct {
	Verb    string
	About   int64 // positions that it has compared, from the first one
	Left    int64 // positions that it could not say anything of
	Differs []string
}

// ClockOff is by how much the server's clock was off, from a time on, at least and at most.
type ClockOff struct {
	From, To time.Duration // it was changed at some time between these
	Off      time.Duration
}

const (
	Blur = time.Second // between this process's clock and the server's
)

// KeyRows are the tables of keys at the end, by person.
type KeyRows struct {
	Persons  map[uuid.UUID]bool
	Lookups  map[uuid.UUID]int
	Erased   map[uuid.UUID]bool
	Erasures map[uuid.UUID]bool // beside the log
}

// Lateness is how late this program was, which does nothing but run: the machine was busy.
type Lateness struct{ At, By time.Duration }

// Kept is what became of snapshots of long streams: how many there are at the end, and how many
// API processes have loaded a stream from since they were started last.
type Kept struct{ Taken, Used int64 }
