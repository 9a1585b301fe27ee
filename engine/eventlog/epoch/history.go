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
	ForQueries bool         // it reads a replica, which may lag behind: it rests on nothing, and begins no epoch
	Logger     *slog.Logger // for the message that the log went back
	Registerer prometheus.Registerer
}

// History is what a process knows about the history of the log.
type History struct {
	// Seen is the position of the log's last event after the last flight.
	Seen atomic.Int64

	pool    *pgxpool.Pool
	config  Config
	basis   atomic.Pointer[Basis] // nil: no look yet, or the log went back and its new head is not read yet
	looking sync.Mutex            // one goroutine looks at a time
	lost    *Basis                // guarded by looking: the basis when the log went back, until the new epoch is known
	changes atomic.Int64          // number of changes of the epoch: what was begun before a change must not be appended after it
	forget  []func()
	fresh   *gather.Gather[struct{}, uuid.UUID]
	changed prometheus.Counter
}

// OnLogChange registers a function that drops everything that was remembered of events. It is
// called whenever the log has changed to another epoch. OnLogChange must be called before Run and
// Watch.
func (h *History) OnLogChange(forget func()) { h.forget = append(h.forget, forget) }

// Epoch returns the log's epoch as this process knew it a moment ago, or uuid.Nil if it is not
// known.
func (h *History) Epoch() uuid.UUID {
	if known := h.basis.Load(); known != nil {
		return known.Epoch
	}
	return uuid.Nil
}

// CheckHead returns an error while the log's head is not known: at the start, and after the log
// went back, until the new head is read and all remembered events are forgotten.
func (h *History) CheckHead() error {
	if h.basis.Load() == nil {
		return errors.New("the head of the log is not read yet")
	}
	return nil
}

// Changes returns the number of changes of the epoch: what was begun before a change must not be
// appended after it.
func (h *History) Changes() int64 { return h.changes.Load() }

// BasisOfRead returns what a read rests on.
func (h *History) BasisOfRead() *Basis {
	known := h.basis.Load()
	if known == nil || h.config.ForQueries { // a replica may lag behind the one that was read before
		return &Basis{}
	}
	return known
}

// Advance adds a mark to what this process rests on, unless the epoch has changed meanwhile. The
// mark was read from a log that had all marks of seen.
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
