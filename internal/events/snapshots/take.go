package snapshots

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
)

// errGone says that the log does not have the event that a snapshot rests on; errEnough ends a
// step whose events take long to read.
var (
	errGone   = errors.New("the log went back")
	errEnough = errors.New("the step is over")
)

// take brings a stream's snapshot up to a version. A stream of which none can be taken is
// counted and said, and keeps nobody from theirs: it is read without. What is returned is the
// database's fault.
func (k *Keeper) take(ctx context.Context, conn *pgx.Conn, aggregate Aggregate, s stream) error {
	looking, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	last, _, err := k.find(looking, conn, s.Type, s.ID, aggregate.Shape())
	if err != nil {
		return err
	}
	for last.Version < s.Version {
		next, err := k.advance(ctx, aggregate, s, last)
		switch {
		case errors.Is(err, errGone) && last.Version > 0:
			last = events.Snapshot{}
			continue
		case errors.Is(err, events.ErrUnavailable), errors.Is(err, events.ErrLogChanged), ctx.Err() != nil:
			return err
		case err == nil && len(next.State) > MostBytes:
			err = fmt.Errorf("its state has %d bytes, and may have %d", len(next.State), MostBytes)
		}
		if err != nil {
			k.failed.Inc()
			k.logger.WarnContext(ctx, "no snapshot could be taken", "stream_type", s.Type, "stream_id", s.ID, "error", err)
			return nil
		}
		if err := k.write(ctx, conn, s, aggregate.Shape(), next); err != nil {
			return err
		}
		k.taken.Inc()
		last = next
	}
	return nil
}

// advance folds at most a step of the events that follow a snapshot.
func (k *Keeper) advance(ctx context.Context, aggregate Aggregate, s stream, last events.Snapshot) (next events.Snapshot, err error) {
	defer func() {
		if reason := recover(); reason != nil { // in evolve: commands meet it, too, and have somebody to tell
			err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
	}()
	add, encode, err := aggregate.Begin(last.State)
	if err != nil {
		return next, err
	}
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	next = last
	known, began := last.Version == 0, time.Now()
	err = k.log.LoadTo(ctx, s.Type, s.ID, max(0, last.Version-1), min(s.Version, last.Version+step), func(e events.Recorded) error {
		if !known {
			if known = e.ID == last.EventID && e.Position == last.Position; !known {
				return errGone
			}
			return nil
		}
		add(e)
		next.Version, next.Position, next.EventID = e.Version, e.Position, e.ID
		if time.Since(began) > stepFor {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && (!known || next.Version == last.Version) {
		err = errGone
	}
	if err != nil {
		return next, err
	}
	next.State, err = encode()
	return next, err
}

// write keeps a snapshot in the place of the one that there is.
func (k *Keeper) write(ctx context.Context, conn *pgx.Conn, s stream, shape []byte, next events.Snapshot) error {
	const sql = `
		INSERT INTO snapshots (stream_id, stream_type, version, position, event_id, shape, state, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (stream_id) DO UPDATE SET stream_type = excluded.stream_type, version = excluded.version, position = excluded.position,
		    event_id = excluded.event_id, shape = excluded.shape, state = excluded.state, mac = excluded.mac, taken_at = now()`
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	if _, err := conn.Exec(ctx, sql, s.ID, s.Type, next.Version, next.Position, next.EventID, shape, string(next.State), k.key.macOf(s.Type, s.ID, shape, next)); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}
