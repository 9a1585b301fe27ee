//go:build linux

package history

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/copies"
)

// History holds everything that was seen from outside. Nothing in it comes from the engine's code.
type History struct {
	Started   time.Time
	Calls     []answers.Call
	Reads     []answers.Reading
	Totals    []Total
	Log       []Event // as it is at the end, by position
	Tail      []Event // as a reader from outside saw it grow
	TailSaid  []string
	Published []Published
	Models    Models
	Copies    map[string][copies.Buckets]copies.Row
	Kept      Kept
	People    []answers.PersonRead // answers about customers, during the run and at the end
	Persons   KeyRows
	Searched  []Searched         // at the end, for persons' texts
	Issued    []time.Duration    // when each of the issuer's keys was published
	Listed    map[uuid.UUID]int  // how often the whole list had each account, at the end
	Own       []OwnReport        // the service's own reports, at the end
	Keys      map[uuid.UUID]bool // that the service remembers at the end
	Clock     []ClockOff         // changes of the server's clock
	Late      []Lateness         // of this program
	Took      time.Duration      // all faults
	Rested    time.Duration      // from the last fault to lag zero and an empty outbox
	Commands  int                // that were answered
	Answers   map[string]int     // to requests of commands
	Epochs    int                // that answers spoke of, if history was lost
	Slowest   time.Duration      // that a command may take; 0: any time
	Some      bool               // few kinds of faults, or few faults: a check may have nothing to look at

	mu       sync.Mutex
	Spans    []Span
	Lockings []Locking
	Probes   []Probe
	Parked   []answers.ParkedRead
	Touched  map[uuid.UUID]bool // accounts into whose statements somebody wrote

	Intrusions []Intrusion
}
