package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Errors of CheckWrites. Both may pass by themselves, after a failover for instance.
var (
	ErrStandby  = errors.New("the database takes no writes: the URL leads to a standby (pg_is_in_recovery)")
	ErrReadOnly = errors.New("the database takes no writes: transactions are read-only (default_transaction_read_only is on; " +
		"managed servers set it when their disk is nearly full)")
)

// Rower is a pool, a connection or a transaction.
type Rower interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// CheckWrites fails while the database takes no writes. It writes nothing, and so does not
// notice a disk that is full.
func CheckWrites(ctx context.Context, on Rower) error {
	const sql = `SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'`
	var standby, readOnly bool
	if err := on.QueryRow(ctx, sql).Scan(&standby, &readOnly); err != nil {
		return fmt.Errorf("look whether the database takes writes: %w", withoutURL(err))
	}
	switch {
	case standby:
		return ErrStandby
	case readOnly:
		return ErrReadOnly
	}
	return nil
}
