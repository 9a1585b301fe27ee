package write

import (
	"sync/atomic"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// pending is a chain of appends on its way: encoded by its caller, flown by the
// committer, and all or nothing.
type pending struct {
	rows    encode.Rows
	resent  bool // an earlier flight may have committed it
	stage   atomic.Int32
	changes int64 // of the log's epoch before anything of it was encoded
	done    chan flight.Outcome
}

// Where a chain is. Its caller may withdraw it while no flight has it: it is then certain that it
// was not appended and will not be.
const (
	queued    int32 = iota // or between two flights, after one that proves a rollback
	flying                 // or in doubt
	withdrawn              // nobody flies it any more
)

// withdraw keeps a chain that is not flying from it, and fails for one that is.
func (p *pending) withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take has a chain fly, and fails for one that was withdrawn.
func (p *pending) take() bool {
	return p.stage.CompareAndSwap(queued, flying) || p.stage.Load() == flying
}

// putBack says that no flight has the chain any more, and none has appended it.
func (p *pending) putBack() { p.stage.CompareAndSwap(flying, queued) }
