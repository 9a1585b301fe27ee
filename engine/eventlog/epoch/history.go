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
	ForQueries bool         // if true, the process reads a replica, which may lag behind: reads rest on no marks, and no epoch is begun
	Logger     *slog.Logger // logs a message when the event log went back to an earlier state
	Registerer prometheus.Registerer
}

// History is what a process knows about the history of the log.
type History struct {
	// Seen is the position of the log's last event after the last flight.
	Seen atomic.Int64

	pool    *pgxpool.Pool
	config  Config
	basis   atomic.Pointer[Basis] // nil before the first Look, and after the log went back until the new head is read
	looking sync.Mutex            // one goroutine compares at a time
	lost    *Basis                // guarded by looking: the last basis in the log that went back, until the new epoch is known
	changes atomic.Int64          // number of changes of the epoch: an append that began before a change must not be sent after it
	forget  []func()
	fresh   *gather.Gather[struct{}, uuid.UUID]
	changed prometheus.Counter
}

// OnLogChange registers a function that must drop everything that its owner remembers of the events
// in the log. The function is called after each change of the log to another epoch. OnLogChange
// must be called before Run and Watch.
func (h *History) OnLogChange(forget func()) { h.forget = append(h.forget, forget) }

// Epoch returns the epoch of the log that this process has read last, or uuid.Nil while it knows
// none.
func (h *History) Epoch() uuid.UUID {
	if known := h.basis.Load(); known != nil {
		return known.Epoch
	}
	return uuid.Nil
}

// CheckHead returns an error while this process does not know the head of the log: at the start,
// and after the log went back to an earlier state, until the new head is read and everything
// remembered is dropped. Otherwise CheckHead returns nil.
func (h *History) CheckHead() error {
	if h.basis.Load() == nil {
		return errors.New("the head of the log is not read yet")
	}
	return nil
}

// Changes returns the number of changes of the epoch. An append that began before a change must not
// be sent after it.
func (h *History) Changes() int64 { return h.changes.Load() }

// BasisOfRead returns the basis on which a read rests. The basis is empty before the first Look,
// and always for a process that reads a replica.
func (h *History) BasisOfRead() *Basis {
	known := h.basis.Load()
	if known == nil || h.config.ForQueries { // a replica may lag behind the server that was read before
		return &Basis{}
	}
	return known
}

// Advance puts a new mark into the basis of this process in place of the marks of seen: the log
// from which the new mark was read had the marks of seen. If the epoch has changed meanwhile,
// Advance does nothing.
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
