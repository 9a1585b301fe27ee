package delivery

import (
	"sync/atomic"

	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Pending is a chain of appends that is encoded and waits for its outcome. Either all appends of
// the chain of appends are sent or none.
type Pending struct {
	Rows    encode.Rows
	Span    trace.Span // the span of the caller; it may be nil
	resent  bool       // an earlier attempt to send the chain of appends may have committed it
	stage   atomic.Int32
	changes int64 // how often the log's epoch had changed when the chain of appends was encoded
	done    chan flight.Outcome
}

// NewPending returns a Pending without rows. The parameter changes is the number of times that the
// log went back to an earlier state so far. If the log goes back again before the appends are sent,
// the appends were decided on states that are no longer valid.
func NewPending(changes int64) *Pending {
	return &Pending{changes: changes, done: make(chan flight.Outcome, 1)}
}

// Outcome returns a channel that receives the outcome of the appends exactly once.
func (p *Pending) Outcome() <-chan flight.Outcome { return p.done }

// Stages of a chain of appends. The caller may withdraw a chain of appends while the chain of
// appends is not being sent. A withdrawn chain of appends has certainly not been appended, and
// never will be.
const (
	queued    int32 = iota // not sent yet, or the last attempt to send the chain of appends was certainly rolled back
	sent                   // the chain of appends is being sent, or its outcome is unknown
	withdrawn              // the chain of appends will never be sent
)

// Withdraw prevents a queued chain of appends from being sent, and returns true. If the chain of
// appends was already sent, Withdraw does nothing and returns false.
func (p *Pending) Withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take marks a chain of appends as sent, and returns true. If the caller has withdrawn the chain of
// appends, take returns false.
func (p *Pending) take() bool {
	return p.stage.CompareAndSwap(queued, sent) || p.stage.Load() == sent
}

// putBack marks a chain of appends as queued again. putBack may be called only if the last attempt
// to send the chain of appends has certainly failed.
func (p *Pending) putBack() { p.stage.CompareAndSwap(sent, queued) }
