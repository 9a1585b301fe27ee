package read

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/internal/events"
)

// eventError is an event's own fault: it can't be decoded or applied, whoever tries.
type eventError struct{ error }

func (e *eventError) Unwrap() error { return e.error }

// blamesEvent tells an event that can't be applied from a database that can't be
// used. A missing table or right is the latter: tried again for ever, never parked.
func blamesEvent(err error) bool {
	if _, ok := errors.AsType[*eventError](err); ok {
		return true
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	class := pgErr.Code[:2]
	return class == "22" || class == "23" || class == "P0" // bad value, constraint, raised by a function
}

// advance projects a batch. If an event in it can't be applied the batch is halved
// until that event stands alone; its stream is parked, and the others go on.
func (p *projection) advance(ctx context.Context, conn *pgx.Conn, at *checkpoint, batch []events.Recorded) error {
	err := p.project(ctx, conn, at, batch)
	switch {
	case err == nil || !blamesEvent(err):
		return err
	case len(batch) == 1:
		return p.park(ctx, conn, at, batch[0], err)
	}
	half := len(batch) / 2
	if err := p.advance(ctx, conn, at, batch[:half]); err != nil {
		return err
	}
	return p.advance(ctx, conn, at, batch[half:])
}

// park moves the checkpoint past an event and notes that its stream stops there.
func (p *projection) park(ctx context.Context, conn *pgx.Conn, at *checkpoint, e events.Recorded, cause error) error {
	const sql = `
		INSERT INTO parked_streams (projection, stream_id, stream_type, version, position, error)
		VALUES ($1, $2, $3, $4, $5, $6)`
	work := &pgx.Batch{}
	work.BeginTx(pgx.TxOptions{})
	work.Queue(moveCheckpointSQL, p.name, at.position, e.Position, at.parkings, 1).Exec(movedOne)
	work.Queue(sql, p.name, e.StreamID, e.StreamType, e.Version, e.Position, cause.Error())
	if err := commit(ctx, conn, work); err != nil {
		return fmt.Errorf("park stream %s: %w", e.StreamID, err)
	}
	at.position = e.Position
	at.parkings++
	at.parked[e.StreamID] = true
	p.metrics.parked.WithLabelValues(p.name).Set(float64(len(at.parked)))
	p.logger.Error("stream parked: its events wait from here on", "stream", e.StreamID, "position", e.Position, "error", cause)
	return nil
}

// Parked is a stream that a projection has stopped at an event it can't apply.
type Parked struct {
	Projection string
	StreamID   uuid.UUID
	StreamType string
	Version    int64 // of that event
	Position   int64
	Error      string
}

// Parked lists the parked streams of all projections, in the log's order.
func (p *Projector) Parked(ctx context.Context) ([]Parked, error) {
	const sql = `
		SELECT projection, stream_id, stream_type, version, position, error
		FROM parked_streams WHERE projection = ANY ($1) ORDER BY projection, position`
	rows, err := p.pool.Query(ctx, sql, p.names())
	if err != nil {
		return nil, fmt.Errorf("list parked streams: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Parked])
}
