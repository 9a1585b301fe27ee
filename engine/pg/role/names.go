package role

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Programs with a role each. role_of of the migrations makes the role's name from the database's.
// No role owns anything.
const (
	Service   = "service"   // what cmd/api and cmd/projector need, together
	API       = "api"       // what cmd/api needs
	Projector = "projector" // what cmd/projector needs, and cmd/ops; ops projections rebuild runs as the owner
)

// NameAll names the roles after the database, which may have been renamed, or be a copy of another
// one, since it was migrated.
func NameAll(ctx context.Context, owner *pgxpool.Pool) error {
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		return NameAllIn(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("name roles: %w", err)
	}
	return nil
}

// NameAllIn does the same in a transaction, with the lock of LockAll.
func NameAllIn(ctx context.Context, tx pgx.Tx) error {
	if err := LockAll(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `SELECT name_roles()`)
	return err
}

// LockAll locks out other sessions of this package: two sessions that alter one role would fail
// each other.
func LockAll(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `LOCK TABLE engine_version IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

// NameService stores in the service's list of migrations which service it belongs to: another
// service's engine has the same tables.
func NameService(ctx context.Context, owner *pgxpool.Pool, service string) error {
	const sql = `
		SELECT format('COMMENT ON TABLE goose_db_version IS %L', 'migrations of ' || $1::text)
		WHERE obj_description('goose_db_version'::regclass, 'pg_class') IS DISTINCT FROM 'migrations of ' || $1::text`
	var comment string
	err := owner.QueryRow(ctx, sql, service).Scan(&comment)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = owner.Exec(ctx, comment)
	}
	if err != nil {
		return fmt.Errorf("name the service: %w", err)
	}
	return nil
}
