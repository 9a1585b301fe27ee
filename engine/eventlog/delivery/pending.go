package delivery

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Pending is a chain of appends on its way: encoded by its caller, sent by the committer, all or
// nothing.
type Pending struct {
	Rows    encode.Rows
	resent  bool // an earlier flight may have committed it
	stage   atomic.Int32
	changes int64 // number of changes of the log's epoch before any of it was encoded
	done    chan flight.Outcome
}

// NewPending returns a Pending without rows. changes is the number of changes of the log's epoch so
// far: it must be the same when the chain is sent, or what the chain rests on has changed.
func NewPending(changes int64) *Pending {
	return &Pending{changes: changes, done: make(chan flight.Outcome, 1)}
}

// Outcome returns a channel that gets the chain's outcome, once.
func (p *Pending) Outcome() <-chan flight.Outcome { return p.done }

// Stages of a chain. Its caller may withdraw it while no flight has it: it is then certain that the
// chain was not appended and will not be.
const (
	queued    int32 = iota // or between two flights, after one that proves a rollback
	sent                   // or its outcome is unknown
	withdrawn              // no flight will have it
)

// Withdraw keeps a chain from being sent, and returns false if a flight has it.
func (p *Pending) Withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take marks a chain as being sent, and returns false if it was withdrawn.
func (p *Pending) take() bool {
	return p.stage.CompareAndSwap(queued, sent) || p.stage.Load() == sent
}

// putBack notes that no flight has the chain any more, and none has appended it.
func (p *Pending) putBack() { p.stage.CompareAndSwap(sent, queued) }
