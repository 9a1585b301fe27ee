package eventstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// mark is an event that this process has seen in the log: what comes after it was appended
// to a log in which it was.
type mark struct {
	position int64 // 0: none
	event    uuid.UUID
}

// basis is what this process rests on: an epoch of the log, and marks in it. Whatever the
// process remembers of the log was read in a log in which some of the marks were, and is at
// one of them or before. Mostly there is one; what was read at the same time has one each
// until somebody sees them together. A basis does not change.
type basis struct {
	number    int64 // of the epoch
	epoch     uuid.UUID
	positions []int64 // of the marks, as the server takes them
	ids       [][16]byte
}

// last returns the mark with the highest position.
func (b *basis) last() (last mark) {
	for i, position := range b.positions {
		if position > last.position {
			last = mark{position, b.ids[i]}
		}
	}
	return last
}

func (b *basis) has(position int64, id [16]byte) bool {
	for i := range b.positions {
		if b.positions[i] == position && b.ids[i] == id {
			return true
		}
	}
	return false
}

// with returns the basis with another mark, in the place of those of seen: the mark was read
// in a log that had them.
func (b *basis) with(seen *basis, to mark) *basis {
	if last := seen.last(); last.position >= to.position {
		to = last
	}
	next := &basis{number: b.number, epoch: b.epoch}
	for i := range b.positions {
		if !seen.has(b.positions[i], b.ids[i]) && (b.positions[i] != to.position || b.ids[i] != to.event) {
			next.positions, next.ids = append(next.positions, b.positions[i]), append(next.ids, b.ids[i])
		}
	}
	if to.position > 0 {
		next.positions, next.ids = append(next.positions, to.position), append(next.ids, to.event)
	}
	return next
}

// epochs is what a store knows of the log's history.
type epochs struct {
	basis   atomic.Pointer[basis] // nil: not looked yet, or the log went back and its new head is not read
	looking sync.Mutex            // one looks at a time
	lost    *basis                // guarded by looking: the basis when the log went back, until that is settled
	changes atomic.Int64          // of the epoch: what was begun before one must not be appended after it
	forget  []func()
	fresh   *database.Gather[struct{}, uuid.UUID]
}

// Times of looking at the log.
const (
	lookEvery = 2 * time.Second
	lookFor   = 2 * time.Second // bounds a look: the connection may have died unheard
	maxLooks  = 3               // before a read or a flight gives up on a log that keeps changing
)

// holdsSQL says whether all marks of a basis, at positions $1 with ids $2, are still there. No plan
// of it goes through the log.
const holdsSQL = `(SELECT coalesce(bool_and((SELECT e.event_id FROM events e WHERE e.position = m.position) IS NOT DISTINCT FROM m.id), true)
		FROM unnest($1::bigint[], $2::uuid[]) AS m (position, id))`

// errMarkLost says that what was read is of a log that went back.
var errMarkLost = errors.New("the log went back")

// OnLogChange has forget called whenever the log has changed to another epoch: it drops
// whatever was remembered of events. It is called before Run and Watch.
func (s *Store) OnLogChange(forget func()) { s.epochs.forget = append(s.epochs.forget, forget) }

// Epoch returns the log's epoch as this process knows it: as it was a moment ago. uuid.Nil
// says that it is not known.
func (s *Store) Epoch() uuid.UUID {
	if known := s.epochs.basis.Load(); known != nil {
		return known.epoch
	}
	return uuid.Nil
}

// ReadEpoch returns the log's epoch as it is now. Those that ask at the same time share a look.
func (s *Store) ReadEpoch(ctx context.Context) (uuid.UUID, error) {
	return s.epochs.fresh.Get(ctx, struct{}{})
}

func (s *Store) readEpochs(ctx context.Context, _ []struct{}) (map[struct{}]uuid.UUID, error) {
	if err := s.Look(ctx); err != nil {
		return nil, err
	}
	return map[struct{}]uuid.UUID{{}: s.Epoch()}, nil
}

// CheckHead returns an error while the log's head is not known: at the start, and after the log
// went back, until the new head is read and everybody who remembers events has forgotten them.
func (s *Store) CheckHead() error {
	if s.epochs.basis.Load() == nil {
		return errors.New("the head of the log is not read yet")
	}
	return nil
}

// Watch looks at the log every two seconds until ctx ends, so that a process without appends
// notices, too, that the log went back.
func (s *Store) Watch(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		_ = s.Look(ctx) // readiness says so for as long as the head is not known
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Look compares what this process remembers with the log. If the log went back, or somebody
// else has found that it did, everything that is remembered is dropped. Its error says that
// it could not look.
func (s *Store) Look(ctx context.Context) error {
	s.epochs.looking.Lock()
	defer s.epochs.looking.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	rests := s.epochs.basis.Load()
	if rests == nil {
		rests = s.epochs.lost
	}
	now, holds, err := s.readHead(ctx, rests)
	switch {
	case err != nil:
		return fmt.Errorf("look at the log: %w", unavailable(err))
	case rests == nil:
		s.epochs.basis.Store(&now)
		return nil
	case rests != s.epochs.lost && holds && now.epoch == rests.epoch:
		s.advance(rests, now.last())
		return nil
	}
	s.epochs.basis.Store(nil) // nothing is appended until that is settled
	s.epochs.lost = rests
	return s.change(ctx, rests, now, holds)
}

// rests returns what a read rests on.
func (s *Store) rests() *basis {
	known := s.epochs.basis.Load()
	if known == nil || s.config.ForQueries { // a replica may be behind one that was read from before
		return &basis{}
	}
	return known
}

// current returns what a flight rests on, and looks if that is not known.
func (s *Store) current(ctx context.Context) (*basis, error) {
	for range maxLooks {
		if known := s.epochs.basis.Load(); known != nil {
			return known, nil
		}
		if err := s.Look(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: the log keeps changing", event.ErrUnavailable)
}

// advance adds a mark to what this process rests on, if nobody has changed the epoch meanwhile.
// It was read in a log that had all marks of seen.
func (s *Store) advance(seen *basis, to mark) {
	if to.position <= seen.last().position && len(seen.ids) <= 1 {
		return // nothing is new
	}
	for {
		known := s.epochs.basis.Load()
		if known == nil || known.epoch != seen.epoch {
			return
		}
		if s.epochs.basis.CompareAndSwap(known, known.with(seen, to)) {
			return
		}
	}
}

// change brings this process to the epoch that the log is in now. It begins one, unless
// somebody else has.
func (s *Store) change(ctx context.Context, rests *basis, now basis, holds bool) error {
	found := now
	if begins := now.epoch == rests.epoch && !holds || now.number < rests.number; begins && !s.config.ForQueries {
		var err error
		if found, err = s.beginEpoch(ctx, rests, now); err != nil {
			return fmt.Errorf("begin an epoch of the log: %w", unavailable(err))
		}
	}
	s.forgetAll() // until now nothing was appended
	s.seen.Store(found.last().position)
	s.epochs.lost = nil
	s.epochs.basis.Store(&found)
	s.metrics.logChanges.Inc()
	s.config.Logger.Error("the log went back, or its epoch was changed: everything remembered of it is dropped",
		"known_position", rests.last().position, "known_event", rests.last().event, "known_epoch", rests.epoch, "known_event_there", holds,
		"position", found.last().position, "event", found.last().event, "epoch", found.epoch)
	return nil
}

// forgetAll has everything dropped that was read before. Appends that rest on it, in part
// perhaps, are turned back.
func (s *Store) forgetAll() {
	if !s.config.ForQueries {
		s.replicated.Store(0)
	}
	for _, forget := range s.epochs.forget {
		forget()
	}
	s.epochs.changes.Add(1)
}

// readHead reads the log's epoch and head, and whether what a process rests on is still there.
func (s *Store) readHead(ctx context.Context, rests *basis) (now basis, holds bool, err error) {
	const sql = `
		SELECT n.number, n.epoch, coalesce(h.position, 0), coalesce(h.event_id, '00000000-0000-0000-0000-000000000000'), ` + holdsSQL + `
		FROM (SELECT number, epoch FROM log_epochs ORDER BY number DESC LIMIT 1) n
		LEFT JOIN (SELECT position, event_id FROM events ORDER BY position DESC LIMIT 1) h ON true`
	if rests == nil || s.config.ForQueries {
		rests = &basis{}
	}
	var head mark
	err = s.pool.QueryRow(ctx, sql, rests.positions, rests.ids).Scan(&now.number, &now.epoch, &head.position, &head.event, &holds)
	return *now.with(&basis{}, head), holds, err
}

// checkMarks returns errMarkLost if the log that the connection leads to is not the one that
// a read rests on.
func checkMarks(ctx context.Context, conn *pgx.Conn, rests *basis) error {
	if len(rests.ids) == 0 {
		return nil
	}
	var holds bool
	if err := conn.QueryRow(ctx, `SELECT `+holdsSQL, rests.positions, rests.ids).Scan(&holds); err != nil {
		return fmt.Errorf("look for what was read before: %w", unavailable(err))
	}
	if !holds {
		return errMarkLost
	}
	return nil
}
