package park

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/checkpoint"
)

// Stream is a stream that a projection has parked at an event that can't be applied.
type Stream struct {
	Projection  string     `json:"projection"`
	StreamID    uuid.UUID  `json:"stream_id"`
	StreamType  string     `json:"stream_type"`
	Version     int64      `json:"version"` // version of that event
	Position    int64      `json:"position"`
	Error       string     `json:"error"`
	ParkedAt    time.Time  `json:"parked_at"`
	DiscardedAt *time.Time `json:"discarded_at,omitempty"` // time of the discard; the projection has not waited for the stream since then
	DiscardedBy string     `json:"discarded_by,omitempty"`
	DiscardNote string     `json:"discard_note,omitempty"`
}

// ErrNotParked means that the projection has not parked the stream.
var ErrNotParked = errors.New("stream is not parked")

// List returns the parked streams of all projections, including discarded streams. The streams are
// in the order of the projections' names. The streams of one projection are in the order of the
// positions at which they are parked.
func List(ctx context.Context, of *projection.Set) ([]Stream, error) {
	const sql = `
		SELECT projection, stream_id, stream_type, version, position, error, parked_at,
		       discarded_at, coalesce(discarded_by, '') AS discarded_by, coalesce(discard_note, '') AS discard_note
		FROM parked_streams WHERE projection = ANY ($1) ORDER BY projection, position`
	rows, err := of.Pool.Query(ctx, sql, of.Names())
	if err != nil {
		return nil, fmt.Errorf("list parked streams: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Stream])
}

// Discard gives up a parked stream. The projection's rows stay as they were before the event that
// can't be applied. The projection no longer counts the stream as waiting for a retry. Discard
// stores the operator, the time and the reason. A later Retry can still apply the events of the
// stream. A rebuild tries to apply the events of the stream, and discards the stream again if that
// fails.
func Discard(ctx context.Context, of *projection.Set, name string, stream uuid.UUID, by, note string) error {
	const sql = `
		UPDATE parked_streams SET discarded_at = clock_timestamp(), discarded_by = $3, discard_note = $4
		WHERE projection = $1 AND stream_id = $2 AND discarded_at IS NULL`
	if _, err := of.Find(name); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, of.Pool, func(tx pgx.Tx) error {
		if _, err := checkpoint.Stop(ctx, tx, name); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, sql, name, stream, by, note)
		switch {
		case err != nil:
			return fmt.Errorf("discard stream: %w", err)
		case tag.RowsAffected() == 0:
			return fmt.Errorf("%s, stream %s: %w", name, stream, ErrNotParked)
		}
		return nil
	})
}
