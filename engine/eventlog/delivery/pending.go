package delivery

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Pending is a chain of appends that its caller has encoded and that waits for its outcome. The
// committer sends all appends of the chain or none.
type Pending struct {
	Rows    encode.Rows
	resent  bool // an earlier flight may have committed the chain
	stage   atomic.Int32
	changes int64 // number of changes of the log's epoch before the chain was encoded
	done    chan flight.Outcome
}

// NewPending returns a Pending without rows. The parameter changes is the number of changes of the
// log's epoch so far: if that number has grown when the chain is sent, the states on which the
// chain rests are out of date.
func NewPending(changes int64) *Pending {
	return &Pending{changes: changes, done: make(chan flight.Outcome, 1)}
}

// Outcome returns a channel that receives the outcome of the chain exactly once.
func (p *Pending) Outcome() <-chan flight.Outcome { return p.done }

// Stages of a chain. The caller may withdraw a chain while no flight has it; a withdrawn chain has
// certainly not been appended and never will be.
const (
	queued    int32 = iota // not sent yet, or the last flight of the chain was certainly rolled back
	sent                   // a flight has the chain, or the outcome of the chain is unknown
	withdrawn              // no flight will send the chain
)

// Withdraw prevents a queued chain from being sent, and returns true. Withdraw returns false if a
// flight already has the chain.
func (p *Pending) Withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take marks a chain as sent, and returns false if the chain was withdrawn.
func (p *Pending) take() bool {
	return p.stage.CompareAndSwap(queued, sent) || p.stage.Load() == sent
}

// putBack marks a chain as queued again, after a flight that has certainly not appended the chain.
func (p *Pending) putBack() { p.stage.CompareAndSwap(sent, queued) }
