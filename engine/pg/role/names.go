package role

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The programs that have a role each, whose name the migrations make of the database's:
// role_of says it. None of the roles owns anything.
const (
	Service   = "service"   // what cmd/api and cmd/projector need, together
	API       = "api"       // what cmd/api needs
	Projector = "projector" // what cmd/projector needs, and cmd/ops; ops projections rebuild runs as the owner
)

// NameAll names the roles after the database, which may have got another name, or be a
// copy of another one, since it was migrated.
func NameAll(ctx context.Context, owner *pgxpool.Pool) error {
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		return NameAllIn(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("name roles: %w", err)
	}
	return nil
}

// NameAllIn does so in a transaction, in which it takes the lock that LockAll takes.
func NameAllIn(ctx context.Context, tx pgx.Tx) error {
	if err := LockAll(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `SELECT name_roles()`)
	return err
}

// LockAll serialises us: two sessions that alter one role fail each other.
func LockAll(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `LOCK TABLE engine_version IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

// NameService has the list of the service's migrations say whose they are: another service's engine has
// the same tables.
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
