package delivery

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Pending is a chain of appends that is encoded and waits for its outcome. Either all appends of
// the chain are sent or none.
type Pending struct {
	Rows    encode.Rows
	resent  bool // an earlier flight may have committed the chain
	stage   atomic.Int32
	changes int64 // how often the log's epoch had changed when the chain was encoded
	done    chan flight.Outcome
}

// NewPending returns a Pending without rows. The parameter changes says how often the epoch of the
// log has changed so far. If the epoch changes again before the chain is sent, the chain was
// decided on states that are no longer valid.
func NewPending(changes int64) *Pending {
	return &Pending{changes: changes, done: make(chan flight.Outcome, 1)}
}

// Outcome returns a channel that receives the outcome of the chain exactly once.
func (p *Pending) Outcome() <-chan flight.Outcome { return p.done }

// Stages of a chain of appends. The caller may withdraw a chain while the chain is in no flight. A
// withdrawn chain has certainly not been appended, and never will be.
const (
	queued    int32 = iota // not sent yet, or the last flight of the chain was certainly rolled back
	sent                   // the chain is in a flight, or its outcome is unknown
	withdrawn              // no flight will send the chain
)

// Withdraw prevents a queued chain of appends from being sent, and returns true. If the chain was
// already sent, Withdraw does nothing and returns false.
func (p *Pending) Withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take marks a chain as sent, and returns false if the chain was withdrawn.
func (p *Pending) take() bool {
	return p.stage.CompareAndSwap(queued, sent) || p.stage.Load() == sent
}

// putBack marks a chain as queued again. The caller must be certain that the last flight of the
// chain has not appended the chain.
func (p *Pending) putBack() { p.stage.CompareAndSwap(sent, queued) }
