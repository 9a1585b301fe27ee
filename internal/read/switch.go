package read

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// switchOver puts the new tables in the place of those in service. Readers wait while
// it holds their tables, so it waits for them only briefly, and tries again.
func (r *replacement) switchOver(ctx context.Context) error {
	for {
		err := pgx.BeginFunc(ctx, r.live.pool, func(tx pgx.Tx) error { return r.trySwitch(ctx, tx) })
		const lockNotAvailable = "55P03"
		if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != lockNotAvailable {
			return err
		}
		r.live.logger.Info("somebody uses the tables, trying to switch again")
		sleep(ctx, 500*time.Millisecond)
	}
}

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
		if _, err := r.step(ctx, &at); err != nil {
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
	return nil
}

// queueSwitch queues what changes the tables' places, and those of their books.
func (r *replacement) queueSwitch(work *pgx.Batch) {
	name := r.live.name
	service, from, to := pgx.Identifier{r.service}.Sanitize(), pgx.Identifier{r.stage.schema(name)}.Sanitize(), pgx.Identifier{kept.schema(name)}.Sanitize()
	work.Queue(keepRanges)
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
