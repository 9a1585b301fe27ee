package epoch

import (
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Config has the settings of a History.
type Config struct {
	ForQueries bool         // if true, the process reads a replica, which may lag behind the primary: reads check no marks, and the process begins no epoch
	Logger     *slog.Logger // logs a message when the event log went back to an earlier state
	Registerer prometheus.Registerer
}

// History records which epoch and which events of the log this process has seen.
type History struct {
	// Seen is the position of the last event in the log, as known after the last flight
	// (transaction that appends).
	Seen atomic.Int64

	pool    *pgxpool.Pool
	config  Config
	basis   atomic.Pointer[Basis] // nil before the first Look, and, after the log went back, until its new last event is read
	looking sync.Mutex            // held by the one goroutine that compares the Basis with the log
	lost    *Basis                // guarded by looking: after the log went back, the Basis from before, until the new epoch is known
	changes atomic.Int64          // how often the epoch has changed: an append that began before a change must not be sent after the change
	forget  []func()
	fresh   *gather.Gather[struct{}, uuid.UUID]
	changed prometheus.Counter
}

// OnLogChange registers the function forget, which must drop everything that its package has cached
// from events of the log. The History calls forget after each change of the log's epoch.
// OnLogChange must be called before Run and Watch.
func (h *History) OnLogChange(forget func()) { h.forget = append(h.forget, forget) }

// Epoch returns the last epoch of the log that this process has read, or uuid.Nil if no epoch is
// known.
func (h *History) Epoch() uuid.UUID {
	if known := h.basis.Load(); known != nil {
		return known.Epoch
	}
	return uuid.Nil
}

// CheckHead returns an error if this process does not know the last event of the log; otherwise
// CheckHead returns nil. The last event is unknown after the start of the process. The last event
// is also unknown after the log went back to an earlier state, until all cached data is dropped and
// the new last event is read.
func (h *History) CheckHead() error {
	if h.basis.Load() == nil {
		return errors.New("the head of the log is not read yet")
	}
	return nil
}

// Changes returns how often the epoch of the log has changed. An append that began before a change
// must not be sent after the change.
func (h *History) Changes() int64 { return h.changes.Load() }

// BasisOfRead returns the Basis that the log must still contain for a read to be valid. The Basis
// is empty before the first call of Look. In a process that reads a replica, the Basis is always
// empty.
func (h *History) BasisOfRead() *Basis {
	known := h.basis.Load()
	if known == nil || h.config.ForQueries { // a replica may lag behind the server that was read before
		return &Basis{}
	}
	return known
}

// Advance replaces the marks of the Basis seen by the mark to, in the Basis of this process. The
// caller must have found the marks of seen in the same log as the mark to. If the epoch has changed
// meanwhile, Advance does nothing.
func (h *History) Advance(seen *Basis, to Mark) {
	if to.Position <= seen.Last().Position && len(seen.IDs) <= 1 {
		return // the mark is not new
	}
	for {
		known := h.basis.Load()
		if known == nil || known.Epoch != seen.Epoch {
			return
		}
		if h.basis.CompareAndSwap(known, known.with(seen, to)) {
			return
		}
	}
}
