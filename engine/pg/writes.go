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

// Errors of CheckWrites. All may pass by themselves, after a failover for instance.
var (
	ErrStandby  = errors.New("the database takes no writes: the URL leads to a standby (pg_is_in_recovery)")
	ErrReadOnly = errors.New("the database takes no writes: transactions are read-only (default_transaction_read_only is on; " +
		"managed servers set it when their disk is nearly full)")
	ErrCommitsWait = errors.New("no commit gets through: the required standby is away or stands still (synchronous_standby_names; " +
		"sessions wait for SyncRep)")
)

// commitFor is how long the required standby may take to confirm a commit.
const commitFor = time.Second

// CheckWrites fails while the database takes no writes, or completes none. If a standby is required
// it commits, and takes a second to fail. Otherwise it writes nothing, and so does not notice a
// full disk.
func CheckWrites(ctx context.Context, pool *pgxpool.Pool) error {
	return Look(ctx, pool, func(conn *pgx.Conn) error { return CheckWritesOn(ctx, conn) })
}

// CheckWritesOn does the same on a connection. It closes a connection whose commit waits.
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

// checkCommit fails unless the required standby confirms a commit in time.
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
