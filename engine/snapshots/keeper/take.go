package keeper

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/snapshots"
)

// errGone says that the log lacks the last event of a snapshot. errEnough ends a step (the read of
// some thousand events) when the time limit of the step is reached.
var (
	errGone   = errors.New("the log went back")
	errEnough = errors.New("the step is over")
)

// stream is a stream that has grown and needs a new snapshot.
type stream struct {
	Type    string
	ID      uuid.UUID
	Version int64
}

// take takes a snapshot of a stream at a version, beginning with the last snapshot. If the state
// can't be stored, take counts and logs this, and returns no error, so that the Keeper continues
// with other streams. Commands then load the stream without the new snapshot, and the Keeper tries
// again when the stream is twice as long. take returns an error only if the database has failed.
func (k *Keeper) take(ctx context.Context, conn *pgx.Conn, aggregate snapshots.Aggregate, s stream) error {
	if s.Version < 2*k.unfit[s.ID] {
		k.failed.Inc()
		return nil
	}
	looking, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	last, _, err := k.rows.Find(looking, conn, s.Type, s.ID, aggregate.Shape())
	if err != nil {
		return err
	}
	unfit, err := k.bring(ctx, conn, aggregate, s, last)
	if errors.Is(unfit, errGone) && last.Version > 0 {
		unfit, err = k.bring(ctx, conn, aggregate, s, event.Snapshot{})
	}
	switch {
	case err != nil:
		return err
	case unfit != nil:
		k.failed.Inc()
		k.logger.WarnContext(ctx, "no snapshot could be taken", "stream_type", s.Type, "stream_id", s.ID, "version", s.Version, "error", unfit)
		if len(k.unfit) >= mostUnfit {
			clear(k.unfit)
		}
		k.unfit[s.ID] = s.Version
	default:
		delete(k.unfit, s.ID)
	}
	return nil
}

// fold is the running computation of a stream's state, from the last snapshot to a newer version.
type fold struct {
	at     event.Snapshot // the last event that was added; State lacks the events since the last step
	add    func(event.Recorded)
	encode func() ([]byte, error)
}

// guarded calls code of the domain. If that code panics, guarded returns the panic as an error, so
// that the panic does not end the process.
func guarded(do func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
	}()
	return do()
}

// bring adds the events after a snapshot to the snapshot's state, in steps of at most 10,000
// events. After each step, bring stores the state, if it can be stored. The result unfit says why
// the last state can't be stored. If unfit is errGone, the log lacks the snapshot's last event, or
// the snapshot can't be read.
func (k *Keeper) bring(ctx context.Context, conn *pgx.Conn, aggregate snapshots.Aggregate, s stream, last event.Snapshot) (unfit, err error) {
	f := fold{at: last}
	if unfit = guarded(func() (err error) { f.add, f.encode, err = aggregate.Begin(last.State); return err }); unfit != nil {
		return errors.Join(unfit, errGone), nil
	}
	for first := true; first || f.at.Version < s.Version; first = false {
		from := f.at.Version
		switch err := guarded(func() error { return k.advance(ctx, &f, s) }); {
		case errors.Is(err, event.ErrUnavailable), errors.Is(err, event.ErrLogChanged), ctx.Err() != nil:
			return nil, err
		case err != nil:
			return err, nil
		case f.at.Version == from: // the state has reached the version that was asked for
			return nil, nil
		}
		if unfit = k.encode(&f); unfit != nil { // a later state of the stream may be storable
			err = k.stir(ctx, conn)
		} else {
			err = k.write(ctx, conn, s, aggregate.Shape(), f.at)
		}
		if err != nil {
			return nil, err
		}
	}
	return unfit, nil
}

// stir sends a statement on the connection that holds the session lock. If nothing were sent on
// this connection for long, another process could end the session.
func (k *Keeper) stir(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	if err := conn.Ping(ctx); err != nil {
		return fmt.Errorf("ask for the lock's connection: %w", err)
	}
	return nil
}

// encode encodes the state for the next snapshot, or returns why the state can't be stored.
func (k *Keeper) encode(f *fold) (unfit error) {
	unfit = guarded(func() (err error) { f.at.State, err = f.encode(); return err })
	if unfit == nil && len(f.at.State) > MostBytes {
		unfit = fmt.Errorf("its state has %d bytes, and may have %d", len(f.at.State), MostBytes)
	}
	return unfit
}

// advance adds the next events (one step) to the state. advance also reads the last event of the
// state again. If the log lacks that event, advance returns errGone.
func (k *Keeper) advance(ctx context.Context, f *fold, s stream) error {
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	last := f.at
	known, began := last.Version == 0, time.Now()
	err := k.log.LoadTo(ctx, s.Type, s.ID, max(0, last.Version-1), min(max(s.Version, last.Version), last.Version+step), func(e event.Recorded) error {
		if !known {
			if known = e.ID == last.EventID && e.Position == last.Position; !known {
				return errGone
			}
			return nil
		}
		f.add(e)
		f.at.Version, f.at.Position, f.at.EventID = e.Version, e.Position, e.ID
		if time.Since(began) > stepFor {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && (!known || f.at.Version == last.Version && last.Version < s.Version) {
		err = errGone
	}
	return err
}

// write replaces the stored snapshot of a stream by a newer one.
func (k *Keeper) write(ctx context.Context, conn *pgx.Conn, s stream, shape []byte, next event.Snapshot) error {
	const sql = `
		INSERT INTO snapshots (stream_id, stream_type, version, position, event_id, shape, state, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (stream_id) DO UPDATE SET stream_type = excluded.stream_type, version = excluded.version, position = excluded.position,
		    event_id = excluded.event_id, shape = excluded.shape, state = excluded.state, mac = excluded.mac, taken_at = now()`
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	if _, err := conn.Exec(ctx, sql, s.ID, s.Type, next.Version, next.Position, next.EventID, shape, string(next.State), k.key.MAC(s.Type, s.ID, shape, next)); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	k.taken.Inc()
	return nil
}
