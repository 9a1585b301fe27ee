package projection

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrSwitched says that the tables are switched, and that the new ones may lack what others have changed in the old ones
// while that was done.
var ErrSwitched = errors.New("the tables are switched, but others may have changed the old ones meanwhile")

// switchOver puts the new tables in the place of those in service. Readers wait while
// it holds their tables, so it waits for others only briefly, and tries again.
func (r *replacement) switchOver(ctx context.Context) error {
	for changed := 0; ; {
		if err := r.outlast(ctx, 0); err != nil {
			return err
		}
		err := pgx.BeginTxFunc(ctx, r.live.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error { return r.trySwitch(ctx, tx) })
		if err == nil {
			return r.checkSwitched(ctx)
		}
		if _, ok := errors.AsType[*changedError](err); ok {
			changed++
		}
		if !passes(err) || changed == mostChanges {
			return err
		}
		r.live.logger.Info("somebody uses the tables, trying to switch again", "because", err)
		sleep(ctx, 500*time.Millisecond)
	}
}

// mostChanges bounds the tries of a switch during which the tables were changed.
const mostChanges = 10

// passes says whether a switch failed because of what others were doing.
func passes(err error) bool {
	const lockNotAvailable, internal = "55P03", "XX000"
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code == lockNotAvailable || refusal.Code == internal && strings.HasPrefix(refusal.Message, "tuple concurrently ")
	}
	_, open := errors.AsType[*openError](err)
	_, changed := errors.AsType[*changedError](err)
	return open || changed
}

// changedError says that somebody has changed the tables since they were compared.
type changedError struct{ error }

func (e *changedError) Unwrap() error { return e.error }

// trySwitch stops the projection in service where it is, lets the new tables get as
// far, and changes the names. Whoever reads in one statement sees either.
func (r *replacement) trySwitch(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '300ms'`); err != nil {
		return fmt.Errorf("bound locks: %w", err)
	}
	live, err := r.live.stopCheckpoint(ctx, tx)
	if err != nil {
		return err
	}
	for at := (*checkpoint)(nil); at == nil || at.position < live; {
		if at, _, err = r.step(ctx, at); err != nil {
			return err
		}
	}
	var tables []string
	for _, table := range r.live.tables {
		tables = append(tables, pgx.Identifier{r.service, table}.Sanitize(), pgx.Identifier{r.stage.schema(r.live.name), table}.Sanitize())
	}
	if _, err := tx.Exec(ctx, `LOCK TABLE `+strings.Join(tables, ", ")+` IN ACCESS EXCLUSIVE MODE`); err != nil {
		return fmt.Errorf("lock tables: %w", err)
	}
	if err := r.match(ctx, tx); err != nil {
		return err
	}
	keep := kept.schema(r.live.name)
	if _, err := tx.Exec(ctx, r.createSchema(keep)); err != nil {
		return fmt.Errorf("make schema: %w", err)
	}
	if err := r.takePlaces(ctx, tx, keep); err != nil {
		return err
	}
	work := &pgx.Batch{}
	r.queueSwitch(work)
	if err := tx.SendBatch(ctx, work).Close(); err != nil {
		return fmt.Errorf("switch tables: %w", withDependents(err))
	}
	return r.lookAgain(ctx, tx)
}

// lookAgain compares the tables once more, in their new places and as the last thing before the commit: with what others have
// committed since, and with what was open until now.
func (r *replacement) lookAgain(ctx context.Context, tx pgx.Tx) error {
	var switching int
	if err := tx.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&switching); err != nil {
		return fmt.Errorf("read own server process: %w", err)
	}
	if err := r.outlast(ctx, switching); err != nil {
		return err
	}
	switched := sides{live: kept.schema(r.live.name), copied: r.service}
	err := r.free(ctx, tx, switched)
	if err == nil {
		err = r.compare(ctx, tx, switched)
	}
	_, depends := errors.AsType[*dependentsError](err)
	_, differs := errors.AsType[*differencesError](err)
	if depends || differs {
		return &changedError{err} // the next try keeps it or refuses it
	}
	return err
}

// checkSwitched looks, after the commit, for what was changed in the old tables by transactions that had found them before it.
// That can't be taken back: it is named.
func (r *replacement) checkSwitched(ctx context.Context) error {
	if err := r.outlast(ctx, 0); err != nil {
		return fmt.Errorf("%w: not compared: %w", ErrSwitched, err)
	}
	old := kept.schema(r.live.name)
	depends, differs := r.free(ctx, r.conn, sides{live: old}), r.compare(ctx, r.conn, sides{live: r.service, copied: old})
	if lost, ok := errors.AsType[*dependentsError](depends); ok {
		depends = errors.New(strings.Join(lost.found, "; ") + ": drop that, and make it again")
	}
	if depends != nil || differs != nil {
		return fmt.Errorf("%w: %w", ErrSwitched, errors.Join(depends, differs))
	}
	return nil
}

// queueSwitch queues what changes the tables' places, and those of their books.
func (r *replacement) queueSwitch(work *pgx.Batch) {
	name := r.live.name
	service, from, to := pgx.Identifier{r.service}.Sanitize(), pgx.Identifier{r.stage.schema(name)}.Sanitize(), pgx.Identifier{kept.schema(name)}.Sanitize()
	for _, table := range r.live.tables {
		table = pgx.Identifier{table}.Sanitize()
		work.Queue(`ALTER TABLE ` + service + `.` + table + ` SET SCHEMA ` + to)
		work.Queue(`ALTER TABLE ` + from + `.` + table + ` SET SCHEMA ` + service)
	}
	work.Queue(`DROP SCHEMA ` + from)
	moveBooks(work, name, kept.checkpoint(name))
	work.Queue(`UPDATE parked_streams SET projection = $2 WHERE projection = $1`, r.built.name, name)
	moveRanges(work, r.built.name, name)
	work.Queue(`
		UPDATE checkpoints c SET position = new.position, event_position = new.event_position, event_id = new.event_id, built_at = clock_timestamp(), updated_at = clock_timestamp(), ahead_of = NULL
		FROM checkpoints new WHERE c.projection = $1 AND new.projection = $2`, name, r.built.name)
	work.Queue(`DELETE FROM checkpoints WHERE projection = $1`, r.built.name)
}
