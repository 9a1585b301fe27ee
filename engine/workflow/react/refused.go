package react

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/projection/checkpoint"
)

// advance reacts to a run of events in one transaction, and moves the checkpoint. If the data of a
// reaction can't be stored, advance halves the run until the event of this reaction is alone. Then
// advance parks the instances whose data can't be stored.
func (r *Reactor) advance(ctx context.Context, conn *pgx.Conn, at *checkpoint.Checkpoint, name string, run []event.Recorded) (added int, err error) {
	all, err := r.plan(ctx, conn, run, nil)
	if err != nil {
		return 0, err
	}
	if err = r.commit(ctx, conn, at, name, run[len(run)-1], all); !isOfData(err) {
		return len(all.wanted()), err
	}
	if half := len(run) / 2; half > 0 {
		before, err := r.advance(ctx, conn, at, name, run[:half])
		if err != nil {
			return before, err
		}
		after, err := r.advance(ctx, conn, at, name, run[half:])
		return before + after, err
	}
	unable, err := r.unable(ctx, conn, all, err)
	if err != nil {
		return 0, err
	}
	if all, err = r.plan(ctx, conn, run, unable); err != nil {
		return 0, err
	}
	return len(all.wanted()), r.commit(ctx, conn, at, name, run[0], all)
}

// unable returns the instances whose data can't be stored, each with the reason. The parts of a
// split event may belong to several instances. So unable tries to write the jobs and the state of
// each instance separately, and rolls back each write.
func (r *Reactor) unable(ctx context.Context, conn *pgx.Conn, all *planned, cause error) (map[uuid.UUID]error, error) {
	found := make(map[uuid.UUID]error)
	for _, one := range all.touched {
		err := cause
		if len(all.touched) > 1 {
			err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
				if err := r.write(ctx, tx, all.only(one)); err != nil {
					return err
				}
				return errRollBack
			})
		}
		if isOfData(err) {
			found[one.ID] = describe(err)
		} else if !errors.Is(err, errRollBack) {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, cause
	}
	return found, nil
}

var errRollBack = errors.New("rolled back")

// isOfData reports whether an error says that a job or a state can't be stored: PostgreSQL refuses
// a value, or a value is over a limit (SQLSTATE classes 22 and 54), or a job can't be encoded as
// JSON.
func isOfData(err error) bool {
	_, unencodable := errors.AsType[*json.MarshalerError](err)
	return unencodable || slices.Contains([]string{"22", "54"}, failure.Class(err))
}

// describe returns the reason for which data can't be stored, with the detail of PostgreSQL.
func describe(err error) error {
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		if refusal.Detail != "" {
			err = fmt.Errorf("%w: %s", err, refusal.Detail)
		}
	}
	return fmt.Errorf("the state or a job can't be stored: %w", err)
}
