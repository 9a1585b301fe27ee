package eventstore

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Bounds of checkHeldUp.
const (
	manyStreams = 2               // one that is held up alone is its own trouble: a row of its own is locked
	heldUpFor   = 5 * time.Second // a flight that was held up longer ago tells nothing of now
)

// standstill is flights that were held up by a lock, with none that has landed among them.
type standstill struct {
	since, last time.Time
	streams     map[uuid.UUID]bool // whose appends were
	err         error              // of the last flight
}

// noteLanding ends a standstill.
func (s *Store) noteLanding() {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if !s.health.stands.since.IsZero() {
		s.health.stands = standstill{}
	}
}

// noteHeldUp adds a flight to the standstill. Of one with several appends nobody knows which
// was held up: they fly apart.
func (s *Store) noteHeldUp(batch []*pending, err error) {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	now, stands := time.Now(), &s.health.stands
	if stands.since.IsZero() || now.Sub(stands.last) > heldUpFor {
		*stands = standstill{since: now, streams: make(map[uuid.UUID]bool)}
	}
	stands.last, stands.err = now, err
	if len(batch) == 1 && len(stands.streams) < manyStreams {
		stands.streams[batch[0].streams[0].id] = true
	}
}

// checkHeldUp fails while no append gets through because of locks that checkLocks does not
// know: on a table that a trigger needs, or on a row that is not committed.
func (s *Store) checkHeldUp(ctx context.Context, conn *pgx.Conn) error {
	long, last := s.stoodStill()
	if long < holdFor {
		return nil
	}
	blockers, err := s.blockers(ctx, conn)
	if err != nil {
		return err
	}
	return fmt.Errorf("no append has got through for %s, all wait for a lock%s: %w", long.Round(time.Second), blockers, last)
}

// stoodStill returns for how long the appends of several streams have been held up, with the
// error of the last flight; 0 if they are not.
func (s *Store) stoodStill() (time.Duration, error) {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	stands := s.health.stands
	if len(stands.streams) < manyStreams || time.Since(stands.last) > heldUpFor {
		return 0, nil
	}
	return stands.last.Sub(stands.since), stands.err
}

// blockers waits until an append that holds the append lock waits for somebody, and says who
// that is; "" if none is seen soon.
func (s *Store) blockers(ctx context.Context, conn *pgx.Conn) (text string, err error) {
	const sql = `
		SELECT coalesce(' of ' || string_agg(DISTINCT concat(coalesce(nullif(a.application_name, ''), 'a session without a name'), ' of login ' || a.usename,
		       ' (server process ', b.pid, ')'), ', '), '')
		FROM pg_locks l CROSS JOIN LATERAL unnest(pg_blocking_pids(l.pid)) AS b (pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid
		WHERE l.locktype = 'relation' AND l.relation = to_regclass('append_lock') AND l.mode = 'ExclusiveLock' AND l.granted
		  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	for began := time.Now(); time.Since(began) < holdFor/2; {
		if err := conn.QueryRow(ctx, sql).Scan(&text); err != nil {
			return "", fmt.Errorf("look who holds appends up: %w", err)
		}
		if text != "" {
			break
		}
		select {
		case <-ctx.Done():
			return "", nil
		case <-time.After(lookAgain):
		}
	}
	return text, nil
}
