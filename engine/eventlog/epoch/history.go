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

// Config of a History.
type Config struct {
	ForQueries bool         // it reads a replica, which may be behind: it rests on nothing, and begins no epoch
	Logger     *slog.Logger // says that the log went back
	Registerer prometheus.Registerer
}

// History is what a process knows of the log's history.
type History struct {
	// Seen is the position of the log's last event, as the last flight left it.
	Seen atomic.Int64

	pool    *pgxpool.Pool
	config  Config
	basis   atomic.Pointer[Basis] // nil: not looked yet, or the log went back and its new head is not read
	looking sync.Mutex            // one looks at a time
	lost    *Basis                // guarded by looking: the basis when the log went back, until that is settled
	changes atomic.Int64          // of the epoch: what was begun before one must not be appended after it
	forget  []func()
	fresh   *gather.Gather[struct{}, uuid.UUID]
	changed prometheus.Counter
}

// OnLogChange has forget called whenever the log has changed to another epoch: it drops
// whatever was remembered of events. It is called before Run and Watch.
func (h *History) OnLogChange(forget func()) { h.forget = append(h.forget, forget) }

// Epoch returns the log's epoch as this process knows it: as it was a moment ago. uuid.Nil
// says that it is not known.
func (h *History) Epoch() uuid.UUID {
	if known := h.basis.Load(); known != nil {
		return known.Epoch
	}
	return uuid.Nil
}

// CheckHead returns an error while the log's head is not known: at the start, and after the log
// went back, until the new head is read and everybody who remembers events has forgotten them.
func (h *History) CheckHead() error {
	if h.basis.Load() == nil {
		return errors.New("the head of the log is not read yet")
	}
	return nil
}

// Changes counts the changes of the epoch: what was begun before one must not be appended after it.
func (h *History) Changes() int64 { return h.changes.Load() }

// BasisOfRead returns what a read rests on.
func (h *History) BasisOfRead() *Basis {
	known := h.basis.Load()
	if known == nil || h.config.ForQueries { // a replica may be behind one that was read from before
		return &Basis{}
	}
	return known
}

// Advance adds a mark to what this process rests on, if nobody has changed the epoch meanwhile.
// It was read in a log that had all marks of seen.
func (h *History) Advance(seen *Basis, to Mark) {
	if to.Position <= seen.Last().Position && len(seen.IDs) <= 1 {
		return // nothing is new
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
