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

// Intrusion is the answer to a token whose key the issuer never had.
type Intrusion struct{ Process, Status int }

// Locking is a time during which somebody else held the append lock without interruption.
type Locking struct{ From, To time.Duration }

// Probe is an answer of an API's /readyz.
type Probe struct {
	Process    int
	Sent, Done time.Duration
	Ready      bool
}

// Searched is a place where persons' texts were searched for.
type Searched struct {
	Place string
	Bytes int64 // or rows
	Clear bool  // what is kept in clear was found
	Has   bool  // it must have that
	Found []string
}

// OwnReport holds what a verb of cmd/ops reports about the log, or about a projection.
type OwnReport struct {
	Verb    string
	About   int64 // positions that it has compared, from the first one
	Left    int64 // positions that it could not say anything of
	Differs []string
}

// ClockOff holds by how much the server's clock was off from a time on, at least and at most.
type ClockOff struct {
	From, To time.Duration // it was changed at some time between these
	Off      time.Duration
}

const (
	Blur = time.Second // between this process's clock and the server's
)

// KeyRows holds the tables of keys at the end, by person.
type KeyRows struct {
	Persons  map[uuid.UUID]bool
	Lookups  map[uuid.UUID]int
	Erased   map[uuid.UUID]bool
	Erasures map[uuid.UUID]bool // beside the log
}

// Lateness is how late this program was, although it only waits: the machine was busy.
type Lateness struct{ At, By time.Duration }

// Kept counts snapshots of long streams: how many exist at the end, and from how many the API
// processes have loaded a stream since their last start.
type Kept struct{ Taken, Used int64 }
