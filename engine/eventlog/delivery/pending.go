package delivery

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Pending is a chain of appends on its way: encoded by its caller, flown by the committer, and all or
// nothing.
type Pending struct {
	Rows    encode.Rows
	resent  bool // an earlier flight may have committed it
	stage   atomic.Int32
	changes int64 // of the log's epoch before anything of it was encoded
	done    chan flight.Outcome
}

// NewPending makes a Pending without rows. changes are those of the log's epoch until now: what the
// chain rests on must not have changed when it flies.
func NewPending(changes int64) *Pending {
	return &Pending{changes: changes, done: make(chan flight.Outcome, 1)}
}

// Outcome gets the chain's outcome, once.
func (p *Pending) Outcome() <-chan flight.Outcome { return p.done }

// Where a chain is. Its caller may withdraw it while no flight has it: it is then certain that it
// was not appended and will not be.
const (
	queued    int32 = iota // or between two flights, after one that proves a rollback
	flying                 // or in doubt
	withdrawn              // nobody flies it any more
)

// Withdraw keeps a chain that is not flying from it, and fails for one that is.
func (p *Pending) Withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take has a chain fly, and fails for one that was withdrawn.
func (p *Pending) take() bool {
	return p.stage.CompareAndSwap(queued, flying) || p.stage.Load() == flying
}

// putBack says that no flight has the chain any more, and none has appended it.
func (p *Pending) putBack() { p.stage.CompareAndSwap(flying, queued) }
