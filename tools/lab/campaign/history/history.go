//go:build linux

package history

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/copies"
)

// History holds everything about a run that was observed from outside the service. No part of a
// History was computed by code of the engine.
type History struct {
	Started   time.Time
	Calls     []answers.Call
	Reads     []answers.Reading
	Totals    []Total
	Log       []Event         // the whole log at the end, by position
	Tail      []Event         // events in the order in which the observer of the log's tail read them
	TailAt    []time.Duration // when the observer had read each of them; none: nobody knows
	TailSaid  []string
	Published []Published
	Models    Models
	Copies    map[string][copies.Buckets]copies.Row
	Kept      Kept
	People    []answers.PersonRead   // answers about customers, during the run and at its end
	Transfers []answers.TransferRead // answers about transfers, during the run and at its end
	Persons   KeyRows
	Searched  []Searched         // places that were searched for persons' texts at the end
	Logs      []Logged           // logs of the API processes and the projectors at the end
	Issued    []time.Duration    // when each of the issuer's keys was published
	Listed    map[uuid.UUID]int  // at the end: how often the list of accounts contains each account
	Own       []OwnReport        // the service's own reports at the end
	Keys      map[uuid.UUID]bool // idempotency keys that the service remembers at the end
	Clock     []ClockOff         // changes of the server's clock
	Late      []Lateness         // times at which this program itself was late
	Took      time.Duration      // how long faults were injected
	Rested    time.Duration      // time from the last fault until the lag was 0 and the outbox empty
	Commands  int                // number of answered commands
	Answers   map[string]int     // number of answers to commands, by status and code
	Epochs    int                // number of epochs in the answers, counted only if the log has lost events
	Followed  []Followed         // what the subscribers of the live feed got
	Attempts  []Attempt          // attempts of students to subscribe to courses
	Courses   []CourseEvent      // the whole log of the courses at the end, by position
	Slowest   time.Duration      // longest time that a command may take; 0: any time
	Some      bool               // the run had few faults, or few kinds of faults, so a check may find nothing to check

	mu       sync.Mutex
	Spans    []Span
	Lockings []Locking
	Probes   []Probe
	Parked   []answers.ParkedRead
	Touched  map[uuid.UUID]bool // accounts into whose statements a fault inserted a line

	Intrusions []Intrusion
	Unattended []Unattended
}
