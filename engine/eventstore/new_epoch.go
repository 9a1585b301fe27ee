package eventstore

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// beginEpoch adds the next epoch, unless somebody has added one since now was read, and
// returns the log's head in the newest.
func (s *Store) beginEpoch(ctx context.Context, rests *basis, now basis) (basis, error) {
	const sql = `
		INSERT INTO log_epochs (number, epoch, head, lost_head, began_by)
		SELECT $1, $2, $3, nullif($4::bigint, 0), current_setting('application_name')
		WHERE $5 = (SELECT epoch FROM log_epochs ORDER BY number DESC LIMIT 1)
		ON CONFLICT (number) DO NOTHING`
	number := max(now.number, rests.number) + 1
	if _, err := s.pool.Exec(ctx, sql, number, uuid.New(), now.last().position, rests.last().position, now.epoch); err != nil {
		return basis{}, err
	}
	found, _, err := s.readHead(ctx, nil)
	return found, err
}

// NewEpoch begins an epoch of the log, for somebody who knows that the log went back. It
// returns the log's newest.
func (s *Store) NewEpoch(ctx context.Context) (uuid.UUID, error) {
	now, _, err := s.readHead(ctx, nil)
	if err == nil {
		now, err = s.beginEpoch(ctx, &basis{}, now)
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("begin an epoch of the log: %w", err)
	}
	return now.epoch, nil
}
