package role

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// These are the programs that have a role. The SQL function role_of, which a migration creates,
// makes the name of a role from the name of the database. A role owns no objects.
const (
	Service   = "service"   // the rights that all other roles have together
	API       = "api"       // the rights that cmd/api needs
	Projector = "projector" // the rights that cmd/projector and cmd/ops need; ops projections rebuild runs as the owner
	Worker    = "worker"    // the rights that the workflows of cmd/projector need: append, and work River's tables
)

// NameAll renames the roles so that their names contain the current name of the database. The names
// may be out of date, because the database may have been renamed, or copied from another database,
// since its last migration.
func NameAll(ctx context.Context, owner *pgxpool.Pool) error {
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		return NameAllIn(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("name roles: %w", err)
	}
	return nil
}

// NameAllIn does what NameAll does, in the given transaction. NameAllIn first takes the lock of
// LockAll.
func NameAllIn(ctx context.Context, tx pgx.Tx) error {
	if err := LockAll(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `SELECT name_roles()`)
	return err
}

// LockAll takes a lock until the transaction ends. Meanwhile other sessions that call LockAll must
// wait. Without the lock, two sessions could alter one role at the same time, and one of them would
// fail.
func LockAll(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `LOCK TABLE engine_version IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

// MissingWorker returns the name of the worker's role if two things are true: the database has only
// the roles of a release without this role, and the owner may not make roles. In all other cases
// MissingWorker returns "". If the migrations ran on such a database, they would skip the role, and
// no later migration would grant the role's rights.
func MissingWorker(ctx context.Context, owner *pgxpool.Pool) (name string, err error) {
	const (
		migrated = `SELECT to_regclass('role_names') IS NOT NULL`
		missing  = `
			SELECT CASE WHEN to_regrole(quote_ident(role_of('api'))) IS NOT NULL AND to_regrole(quote_ident(role_of('worker'))) IS NULL
			                 AND NOT (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user)
			            THEN role_of('worker') ELSE '' END`
	)
	var before bool
	err = owner.QueryRow(ctx, migrated).Scan(&before)
	if err == nil && before {
		err = owner.QueryRow(ctx, missing).Scan(&name)
	}
	if err != nil {
		return "", fmt.Errorf("look for the worker's role: %w", err)
	}
	return name, nil
}

// NameService stores the name of the service as a comment on goose_db_version, the table of the
// service's migrations. The engine makes the same tables for every service. Without this comment, a
// program could not distinguish the databases of two services.
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
