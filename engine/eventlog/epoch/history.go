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
	// Seen is the position of the log's last event after the last append of this process.
	Seen atomic.Int64

	pool    *pgxpool.Pool
	config  Config
	basis   atomic.Pointer[Basis] // nil before the first Look, and, after the log went back, until its new last event is read
	looking sync.Mutex            // held by the one goroutine that compares the Basis with the log
	lost    *Basis                // guarded by looking: the Basis from before the log went back, until the new epoch is known; otherwise nil
	changes atomic.Int64          // how often the epoch has changed: an append that began before a change must not be sent after the change
	forget  []func()
	fresh   *gather.Gather[struct{}, uuid.UUID]
	changed prometheus.Counter
}

// OnLogChange registers the function forget. The History calls forget after the log went back to an
// earlier state; forget must then drop everything that the caller has cached from events of the
// log. OnLogChange must be called before Run and Watch.
func (h *History) OnLogChange(forget func()) { h.forget = append(h.forget, forget) }

// Epoch returns the epoch that this process has last read from the database. While CheckHead
// returns an error, Epoch returns uuid.Nil. An epoch is the name of one history of the log.
func (h *History) Epoch() uuid.UUID {
	if known := h.basis.Load(); known != nil {
		return known.Epoch
	}
	return uuid.Nil
}

// CheckHead returns nil if this process knows the last event of the log, and otherwise an error.
// The last event is unknown after the start of the process. The last event is also unknown after
// the log went back to an earlier state, until all caches are empty and the new last event is read.
func (h *History) CheckHead() error {
	if h.basis.Load() == nil {
		return errors.New("the head of the log is not read yet")
	}
	return nil
}

// Changes returns how often the epoch of the log has changed in this process. An append that was
// encoded before a change must not be sent after the change.
func (h *History) Changes() int64 { return h.changes.Load() }

// BasisOfRead returns the Basis for a read: the epoch and the events (marks) that this process has
// seen. The read is valid only if the log has all these events. Before the first call of Look, and
// always in a process that reads a replica, the Basis is empty.
func (h *History) BasisOfRead() *Basis {
	known := h.basis.Load()
	if known == nil || h.config.ForQueries { // a replica may lag behind the server that was read before
		return &Basis{}
	}
	return known
}

// Advance changes the Basis of this process: one new mark (the parameter to) replaces old marks
// (the parameter seen). A mark is an event that was seen in the log. A single read must have found
// the new mark and the old marks. If the epoch has changed meanwhile, Advance does nothing.
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
