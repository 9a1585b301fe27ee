package rebuild

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/rebuild/outlast"
	"example.com/pgcqrs/engine/projection/rebuild/shape"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// ErrSwitched means that the tables are switched, but that other sessions may have altered the old
// tables during the switch. The new tables may lack these changes.
var ErrSwitched = errors.New("the tables are switched, but others may have changed the old ones meanwhile")

// switchOver puts the new tables in place of the live tables. While an attempt locks the tables,
// readers wait. For this reason an attempt waits only briefly for other sessions; if it fails,
// switchOver starts another attempt.
func (r *replacement) switchOver(ctx context.Context) error {
	for changed := 0; ; {
		if err := outlast.Writers(ctx, r.conn, 0, r.of.LoggerOf(r.live.Name)); err != nil {
			return err
		}
		err := pgx.BeginTxFunc(ctx, r.of.Pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error { return r.trySwitch(ctx, tx) })
		if err == nil {
			return r.checkSwitched(ctx)
		}
		if _, ok := errors.AsType[*changedError](err); ok {
			changed++
		}
		if !passes(err) || changed == mostChanges {
			return err
		}
		r.of.LoggerOf(r.live.Name).Info("somebody uses the tables, trying to switch again", "because", err)
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// mostChanges limits the attempts that fail because another session has altered the tables.
const mostChanges = 10

// passes reports whether a switch failed because of the work of other sessions. In this case a
// later attempt may succeed.
func passes(err error) bool {
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code == failure.LockNotAvailable || refusal.Code == failure.InternalError && strings.HasPrefix(refusal.Message, "tuple concurrently ")
	}
	_, open := errors.AsType[*outlast.OpenError](err)
	_, changed := errors.AsType[*changedError](err)
	return open || changed
}

// changedError means that another session has altered the tables after they were compared.
type changedError struct{ error }

func (e *changedError) Unwrap() error { return e.error }

// trySwitch locks the checkpoint of the live projection, and applies events to the new tables up to
// the position of that checkpoint. Then trySwitch moves the tables between the schemas. A reader's
// statement sees either only old tables or only new tables.
func (r *replacement) trySwitch(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '300ms'`); err != nil {
		return fmt.Errorf("bound locks: %w", err)
	}
	live, err := checkpoint.Stop(ctx, tx, r.live.Name)
	if err != nil {
		return err
	}
	for at := (*checkpoint.Checkpoint)(nil); at == nil || at.Position < live; {
		if at, _, err = r.catch.Step(ctx, at); err != nil {
			return err
		}
	}
	var tables []string
	for _, table := range r.live.Tables {
		tables = append(tables, pgx.Identifier{r.service, table}.Sanitize(), pgx.Identifier{r.schema(), table}.Sanitize())
	}
	if _, err := tx.Exec(ctx, `LOCK TABLE `+strings.Join(tables, ", ")+` IN ACCESS EXCLUSIVE MODE`); err != nil {
		return fmt.Errorf("lock tables: %w", err)
	}
	if err := r.pair().Match(ctx, tx); err != nil {
		return err
	}
	keep := stage.Kept.Schema(r.live.Name)
	if _, err := tx.Exec(ctx, r.createSchema(keep)); err != nil {
		return fmt.Errorf("make schema: %w", err)
	}
	if err := r.pair().TakePlaces(ctx, tx, keep); err != nil {
		return err
	}
	work := &pgx.Batch{}
	r.queueSwitch(work)
	if err := tx.SendBatch(ctx, work).Close(); err != nil {
		return fmt.Errorf("switch tables: %w", shape.WithDependents(err))
	}
	return r.lookAgain(ctx, tx)
}

// lookAgain compares the old and the new tables once more, because other sessions may have
// committed changes since the first comparison. This comparison is the last step before the commit,
// after the tables were moved.
func (r *replacement) lookAgain(ctx context.Context, tx pgx.Tx) error {
	var switching int
	if err := tx.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&switching); err != nil {
		return fmt.Errorf("read own server process: %w", err)
	}
	if err := outlast.Writers(ctx, r.conn, switching, r.of.LoggerOf(r.live.Name)); err != nil {
		return err
	}
	switched := r.pairOf(stage.Kept.Schema(r.live.Name), r.service)
	err := switched.Free(ctx, tx)
	if err == nil {
		err = switched.Compare(ctx, tx)
	}
	_, depends := errors.AsType[*shape.DependentsError](err)
	_, differs := errors.AsType[*shape.DifferencesError](err)
	if depends || differs {
		return &changedError{err} // the next attempt copies the change, or refuses it
	}
	return err
}

// checkSwitched compares the old and the new tables after the commit. Transactions that had opened
// the old tables before the switch may have altered them. At this point the switch can't be rolled
// back, so the error names the changes.
func (r *replacement) checkSwitched(ctx context.Context) error {
	if err := outlast.Writers(ctx, r.conn, 0, r.of.LoggerOf(r.live.Name)); err != nil {
		return fmt.Errorf("%w: not compared: %w", ErrSwitched, err)
	}
	old := stage.Kept.Schema(r.live.Name)
	depends, differs := r.pairOf(old, "").Free(ctx, r.conn), r.pairOf(r.service, old).Compare(ctx, r.conn)
	if lost, ok := errors.AsType[*shape.DependentsError](depends); ok {
		depends = errors.New(strings.Join(lost.Found, "; ") + ": drop that, and make it again")
	}
	if depends != nil || differs != nil {
		return fmt.Errorf("%w: %w", ErrSwitched, errors.Join(depends, differs))
	}
	return nil
}

// queueSwitch queues the statements that move the tables between the schemas. Further statements
// rename the checkpoints of these tables, and the rows that refer to the checkpoints.
func (r *replacement) queueSwitch(work *pgx.Batch) {
	name := r.live.Name
	service, from, to := pgx.Identifier{r.service}.Sanitize(), pgx.Identifier{r.schema()}.Sanitize(), pgx.Identifier{stage.Kept.Schema(name)}.Sanitize()
	for _, table := range r.live.Tables {
		table = pgx.Identifier{table}.Sanitize()
		work.Queue(`ALTER TABLE ` + service + `.` + table + ` SET SCHEMA ` + to)
		work.Queue(`ALTER TABLE ` + from + `.` + table + ` SET SCHEMA ` + service)
	}
	work.Queue(`DROP SCHEMA ` + from)
	moveBooks(work, name, stage.Kept.Checkpoint(name))
	reconcile.MoveRanges(work, r.books(), name)
	checkpoint.QueueTakeOver(work, r.books(), name)
	checkpoint.QueueDrop(work, r.books())
}
