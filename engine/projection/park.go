package projection

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
)

// eventError is an event's own fault: it can't be decoded or applied, whoever tries.
type eventError struct{ error }

func (e *eventError) Unwrap() error { return e.error }

// blamesEvent tells an event that can't be applied from a database that can't be
// used. A missing table or right is the latter: tried again for ever, never parked.
func blamesEvent(err error) bool {
	if _, ok := errors.AsType[*eventError](err); ok || errors.Is(err, event.ErrInapplicable) {
		return true
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return cannotEncode(err)
	}
	for _, class := range []string{
		"21", "22", "23", "44", // two rows for one, bad value, constraint, check option
		"54", // over a limit, as a value too large for its index
		"P0", // raised by a function
	} {
		if strings.HasPrefix(pgErr.Code, class) {
			return true
		}
	}
	return false
}

// inapplicableError ends a projection that parks nothing.
type inapplicableError struct {
	event event.Recorded
	cause error
}

func (e *inapplicableError) Error() string {
	return fmt.Sprintf("stream %s at version %d: %v", e.event.StreamID, e.event.Version, e.cause)
}

func (e *inapplicableError) Unwrap() error { return e.cause }

// cannotEncode says that pgx had no way to send an argument, as a number too large
// for its column. It has closed the connection over it.
func cannotEncode(err error) bool {
	building, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok && strings.Contains(building.Error(), "(build)") // the other step is the server's
}

// advance projects a batch. If an event in it can't be applied the batch is halved
// until that event stands alone; its stream is parked, and the others go on.
func (p *projection) advance(ctx context.Context, conn *pgx.Conn, at *checkpoint, batch []event.Recorded) error {
	err := p.on(ctx, conn, func(conn *pgx.Conn) error { return p.project(ctx, conn, at, batch) })
	switch {
	case err == nil || !blamesEvent(err):
		return err
	case len(batch) == 1 && p.strict:
		return &inapplicableError{event: batch[0], cause: err}
	case len(batch) == 1:
		return p.on(ctx, conn, func(conn *pgx.Conn) error { return p.park(ctx, conn, at, batch[0], err) })
	}
	half := len(batch) / 2
	if err := p.advance(ctx, conn, at, batch[:half]); err != nil {
		return err
	}
	return p.advance(ctx, conn, at, batch[half:])
}

// on runs work on the connection, or on another if an event's argument has cost us
// that one, and the lock with it: the compare-and-set is fence enough.
func (p *projection) on(ctx context.Context, conn *pgx.Conn, work func(conn *pgx.Conn) error) error {
	if !conn.IsClosed() {
		return work(conn)
	}
	return p.pool.AcquireFunc(ctx, func(other *pgxpool.Conn) error { return work(other.Conn()) })
}

// park moves the checkpoint past an event and notes that its stream stops there.
func (p *projection) park(ctx context.Context, conn *pgx.Conn, at *checkpoint, e event.Recorded, cause error) error {
	const sql = `
		INSERT INTO parked_streams (projection, stream_id, stream_type, version, position, error)
		VALUES ($1, $2, $3, $4, $5, $6)`
	work := &pgx.Batch{}
	work.BeginTx(pgx.TxOptions{})
	work.Queue(moveCheckpointSQL, p.name, at.position, e.Position, at.parkings, 1, e.ID).Exec(movedOne)
	p.book(work, at.position, e.Position, nil)
	work.Queue(sql, p.name, e.StreamID, e.StreamType, e.Version, e.Position, storable(cause))
	if err := commit(ctx, conn, work); err != nil {
		return fmt.Errorf("park stream %s: %w", e.StreamID, err)
	}
	at.position = e.Position
	at.parkings++
	at.parked[e.StreamID] = true
	p.metrics.parked.WithLabelValues(p.name).Set(float64(at.waiting()))
	p.logger.Error("stream parked: its events wait from here on", "stream", e.StreamID, "position", e.Position, "error", cause)
	return nil
}

// storable is an error's text without what a text column does not take.
func storable(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
}
