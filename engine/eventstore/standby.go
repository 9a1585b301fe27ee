package eventstore

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
)

// confirmed runs reads on one connection, and returns once all that those of them have read
// that evaluate database.AwaitStandby would survive a promotion.
func (s *Store) confirmed(ctx context.Context, read func(conn *pgx.Conn) error) error {
	leave, err := s.aside(ctx)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return unavailable(err)
	}
	defer conn.Release()
	if err := read(conn.Conn()); err != nil {
		return err
	}
	if err := database.CheckStandby(conn.Conn()); err != nil {
		return unavailable(err)
	}
	return nil
}

// confirmNow returns once all that could be seen when it was called would survive a promotion.
func (s *Store) confirmNow(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.FlightFor)
	defer cancel()
	err := s.confirmed(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `SELECT `+database.AwaitStandby)
		return err
	})
	if err != nil {
		return fmt.Errorf("wait for the standby: %w", unavailable(err))
	}
	return nil
}

// noticeReplicated learns from a flight that has landed up to which position the required
// standby has the log: its COMMIT waited, and so proves all that was committed before. A log
// that went back proves nothing until the next one.
func (s *Store) noticeReplicated(before, after int64, required bool) {
	switch {
	case s.config.ForQueries, before == after: // a COMMIT of nothing does not wait
	case required:
		s.replicated.Store(after)
	case after < s.replicated.Load():
		s.replicated.Store(0)
	}
}

// startReplicated returns the position that is known to be replicated before the first flight.
func startReplicated(config Config) int64 {
	if config.ForQueries {
		return math.MaxInt64
	}
	return 0
}
