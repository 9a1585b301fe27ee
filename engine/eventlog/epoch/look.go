package epoch

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/fate"
)

// MaxLooks limits how often a read or an append is attempted. If the log went back to an earlier
// state during an attempt, the read or the append is attempted again.
const MaxLooks = 3

// lookFor limits the time of a call of Look, because a dead database connection may give no error.
const lookFor = 2 * time.Second

// Look checks whether the log still has the epoch and the events that this process has seen. If the
// log went back to an earlier state, Look makes this process drop everything that it has cached
// from the log. Look also does so if another process was the first to notice that the log went
// back. Look returns an error if it could not read the log or could not begin a new epoch.
func (h *History) Look(ctx context.Context) error {
	h.looking.Lock()
	defer h.looking.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	rests := h.basis.Load()
	if rests == nil {
		rests = h.lost
	}
	now, holds, err := h.readHead(ctx, rests)
	switch {
	case err != nil:
		return fmt.Errorf("look at the log: %w", fate.Unavailable(err))
	case rests == nil:
		h.basis.Store(&now)
		return nil
	case rests != h.lost && holds && now.Epoch == rests.Epoch:
		h.Advance(rests, now.Last())
		return nil
	}
	h.basis.Store(nil) // without a Basis, no append is sent until the new epoch is known
	h.lost = rests
	return h.change(ctx, rests, now, holds)
}

// BasisOfFlight returns the Basis for an append: the epoch and the events (marks) that this process
// has seen. If no Basis is known, BasisOfFlight first calls Look, which reads the log. If the log
// goes back during each of several attempts, BasisOfFlight returns event.ErrUnavailable.
func (h *History) BasisOfFlight(ctx context.Context) (*Basis, error) {
	for range MaxLooks {
		if known := h.basis.Load(); known != nil {
			return known, nil
		}
		if err := h.Look(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: the log keeps changing", event.ErrUnavailable)
}

// change makes this process use the current epoch, after the log went back to an earlier state. If
// no other process has begun a new epoch yet, and this process does not read a replica, change
// first begins a new epoch.
func (h *History) change(ctx context.Context, rests *Basis, now Basis, holds bool) error {
	found := now
	if begins := now.Epoch == rests.Epoch && !holds || now.number < rests.number; begins && !h.config.ForQueries {
		var err error
		if found, err = h.beginEpoch(ctx, rests, now); err != nil {
			return fmt.Errorf("begin an epoch of the log: %w", fate.Unavailable(err))
		}
	}
	h.forgetAll() // no append was sent since the Basis was removed
	h.Seen.Store(found.Last().Position)
	h.lost = nil
	h.basis.Store(&found)
	h.changed.Inc()
	h.config.Logger.Error("the log went back, or its epoch was changed: everything remembered of it is dropped",
		"known_position", rests.Last().Position, "known_event", rests.Last().Event, "known_epoch", rests.Epoch, "known_event_there", holds,
		"position", found.Last().Position, "event", found.Last().Event, "epoch", found.Epoch)
	return nil
}

// forgetAll calls the registered functions, which drop everything that was read before. forgetAll
// also increases the number that Changes returns. Appends that were decided on the dropped states
// are then refused.
func (h *History) forgetAll() {
	for _, forget := range h.forget {
		forget()
	}
	h.changes.Add(1)
}

// beginEpoch adds a new epoch of the log, if no other process has added one since the caller read
// the epoch. beginEpoch returns the newest epoch and the last event of the log.
func (h *History) beginEpoch(ctx context.Context, rests *Basis, now Basis) (Basis, error) {
	const sql = `
		INSERT INTO log_epochs (number, epoch, head, lost_head, began_by)
		SELECT $1, $2, $3, nullif($4::bigint, 0), current_setting('application_name')
		WHERE $5 = (SELECT epoch FROM log_epochs ORDER BY number DESC LIMIT 1)
		ON CONFLICT (number) DO NOTHING`
	number := max(now.number, rests.number) + 1
	if _, err := h.pool.Exec(ctx, sql, number, uuid.New(), now.Last().Position, rests.Last().Position, now.Epoch); err != nil {
		return Basis{}, err
	}
	found, _, err := h.readHead(ctx, nil)
	return found, err
}

// readHead reads the epoch and the last event of the log. The result holds is true if the log still
// contains all events (marks) of the given Basis.
func (h *History) readHead(ctx context.Context, rests *Basis) (now Basis, holds bool, err error) {
	const sql = `
		SELECT n.number, n.epoch, coalesce(h.position, 0), coalesce(h.event_id, '00000000-0000-0000-0000-000000000000'), ` + HoldsSQL + `
		FROM (SELECT number, epoch FROM log_epochs ORDER BY number DESC LIMIT 1) n
		LEFT JOIN (SELECT position, event_id FROM events ORDER BY position DESC LIMIT 1) h ON true`
	if rests == nil || h.config.ForQueries {
		rests = &Basis{}
	}
	var head Mark
	err = h.pool.QueryRow(ctx, sql, rests.Positions, rests.IDs).Scan(&now.number, &now.Epoch, &head.Position, &head.Event, &holds)
	return *now.with(&Basis{}, head), holds, err
}
