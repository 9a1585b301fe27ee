package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/standby"
)

// Errors of CheckWrites. The cause of each error may end without help, for example after a
// failover.
var (
	ErrStandby  = errors.New("the database takes no writes: the URL leads to a standby (pg_is_in_recovery)")
	ErrReadOnly = errors.New("the database takes no writes: transactions are read-only (default_transaction_read_only is on; " +
		"managed servers set it when their disk is nearly full)")
	ErrCommitsWait = errors.New("no commit gets through: the required standby is away or stands still (synchronous_standby_names; " +
		"sessions wait for SyncRep)")
)

// commitFor is the time within which the required standby must confirm a commit.
const commitFor = time.Second

// CheckWrites returns an error while the database accepts no writes, or does not complete them;
// otherwise it returns nil. If a standby is required, CheckWrites makes a commit, and returns an
// error if the standby does not confirm the commit within one second. If no standby is required,
// CheckWrites writes nothing, and therefore does not notice a full disk.
func CheckWrites(ctx context.Context, pool *pgxpool.Pool) error {
	return Look(ctx, pool, func(conn *pgx.Conn) error { return CheckWritesOn(ctx, conn) })
}

// CheckWritesOn checks on one connection what CheckWrites checks on a pool. If the commit does not
// end in time, CheckWritesOn closes the connection.
func CheckWritesOn(ctx context.Context, conn *pgx.Conn) error {
	const sql = `SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', ` + standby.Required
	var standby, readOnly, required bool
	if err := conn.QueryRow(ctx, sql).Scan(&standby, &readOnly, &required); err != nil {
		return fmt.Errorf("look whether the database takes writes: %w", dsn.Hide(err))
	}
	switch {
	case standby:
		return ErrStandby
	case readOnly:
		return ErrReadOnly
	case required:
		return checkCommit(ctx, conn)
	}
	return nil
}

// checkCommit makes a commit. If the required standby does not confirm the commit within commitFor,
// checkCommit returns an error.
func checkCommit(ctx context.Context, conn *pgx.Conn) error {
	waiting, cancel := context.WithTimeout(ctx, commitFor)
	defer cancel()
	if _, err := conn.Exec(waiting, `SELECT `+standby.Await); err != nil {
		if waiting.Err() != nil && ctx.Err() == nil {
			return ErrCommitsWait
		}
		return fmt.Errorf("look whether commits get through: %w", dsn.Hide(err))
	}
	return standby.Check(conn)
}
