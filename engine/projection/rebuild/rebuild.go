package rebuild

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
)

// ErrRebuilding and the other errors mean that a rebuild can't run until an operator has acted.
var (
	ErrRebuilding  = errors.New("another rebuild of it is running")
	ErrUndoing     = errors.New("its last rebuild is being undone: finish that, or drop the old tables with rebuild -drop")
	ErrKept        = errors.New("the tables of before its last rebuild are still kept: drop them first")
	ErrNothingKept = errors.New("no tables of before a rebuild are kept")
)

// Run builds new tables of the same shape, in their own schema, from the events of the log;
// meanwhile the old tables serve queries. When the new tables have reached at least the position of
// the old tables, Run switches the tables in one transaction. Run keeps the old tables, so that
// Undo can put them back; DropKept drops them. If a rebuild was interrupted, Run continues it. Run
// parks no stream. If an event can't be applied, Run returns an error, unless the live projection
// has discarded the stream of the event.
//
// The pool's role must own the tables and must be allowed to create schemas. The function Apply
// must name its tables without a schema.
func Run(ctx context.Context, of *projection.Set, name string, progress func(catchup.Progress)) error {
	return replacing(ctx, of, name, stage.Rebuilt, func(ctx context.Context, r *replacement) error {
		switch {
		case r.there[stage.Undone]:
			return ErrUndoing
		case r.there[stage.Kept]:
			return ErrKept
		case !r.there[stage.Rebuilt]:
			if err := r.create(ctx); err != nil {
				return err
			}
		}
		return r.finish(ctx, progress)
	})
}

// Undo puts back the tables that the last rebuild has replaced. Before that, Undo applies the
// events that these tables have missed, so that queries never see an earlier state. Undo keeps the
// rebuilt tables until DropKept is called.
func Undo(ctx context.Context, of *projection.Set, name string, progress func(catchup.Progress)) error {
	return replacing(ctx, of, name, stage.Undone, func(ctx context.Context, r *replacement) error {
		switch {
		case r.there[stage.Undone]: // an earlier Undo was interrupted
		case r.there[stage.Kept]:
			if err := r.checkKept(ctx); err != nil {
				return err
			}
			if err := r.takeKept(ctx); err != nil {
				return err
			}
		default:
			return ErrNothingKept
		}
		return r.finish(ctx, progress)
	})
}

// DropKept drops the tables that the last rebuild has replaced. After an Undo, DropKept drops the
// rebuilt tables. After an interrupted Undo, DropKept drops the tables that Undo was about to put
// back.
func DropKept(ctx context.Context, of *projection.Set, name string) error {
	return replacing(ctx, of, name, stage.Kept, func(ctx context.Context, r *replacement) error {
		switch {
		case r.there[stage.Undone]:
			r.stage = stage.Undone
		case !r.there[stage.Kept]:
			return ErrNothingKept
		}
		return r.drop(ctx)
	})
}

// Abandon drops the tables of an unfinished rebuild, if there are any.
func Abandon(ctx context.Context, of *projection.Set, name string) error {
	return replacing(ctx, of, name, stage.Rebuilt, func(ctx context.Context, r *replacement) error { return r.drop(ctx) })
}

// replacing calls the function work under a session lock, so that nobody else replaces the tables
// of this projection at the same time. If another session has the lock, replacing returns an error.
func replacing(ctx context.Context, of *projection.Set, name string, at stage.Stage, work func(ctx context.Context, r *replacement) error) error {
	live, err := of.Find(name)
	switch {
	case err != nil:
		return err
	case len(live.Tables) == 0:
		return fmt.Errorf("projection %s names no tables to rebuild", name)
	}
	pool, err := stage.Searching(ctx, of.Pool, at.Schema(name))
	if err != nil {
		return err
	}
	defer pool.Close()
	err = lock.TryHold(ctx, pool, checkpoint.RebuildLock(name), func(ctx context.Context, conn *pgx.Conn) error {
		if err := stage.CheckRole(ctx, of.Pool, live.Tables); err != nil {
			return err
		}
		there, err := stage.There(ctx, conn, name)
		if err != nil {
			return err
		}
		service, owner, err := stage.Locate(ctx, of.Pool, live.Tables)
		if err != nil {
			return err
		}
		catch := catchup.New(applier(of, live, at, pool), conn, name, at)
		return work(ctx, &replacement{of, live, at, pool, conn, catch, there, service, owner})
	})
	if errors.Is(err, lock.ErrHeld) {
		err = fmt.Errorf("%w: %w", ErrRebuilding, err)
	}
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", name, err)
	}
	return nil
}

// finish applies the remaining events of the log to the new tables, and then switches the tables.
func (r *replacement) finish(ctx context.Context, progress func(catchup.Progress)) error {
	if err := pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error { return r.pair().Match(ctx, tx) }); err != nil {
		return err
	}
	if err := r.catch.Run(ctx, progress); err != nil {
		return err
	}
	if err := r.analyze(ctx); err != nil {
		return err
	}
	if err := r.catch.Run(ctx, progress); err != nil {
		return err
	}
	return r.switchOver(ctx)
}
