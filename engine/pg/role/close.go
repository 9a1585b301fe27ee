package role

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNotOwner means that the schema's owner does not own the database.
var ErrNotOwner = errors.New("the database belongs to another role, who has to GRANT CONNECT ON DATABASE to the roles and REVOKE it FROM PUBLIC")

// ShutOut removes the rights of roles that are named after former names of the database. ShutOut
// also revokes the right to connect from PUBLIC. After that, only superusers, the database's owner,
// and logins that have a role of the database can connect to the database, unless somebody has
// granted CONNECT to others. Before ShutOut is called, all logins of the database must have their
// roles.
func ShutOut(ctx context.Context, owner *pgxpool.Pool) error {
	const revoke = `
		SELECT revoke_rights(name) FROM role_names, unnest(ARRAY['api', 'projector', 'worker', 'service']) program, concat(prefix, program) name
		WHERE name <> role_of(program)`
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := LockAll(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, revoke)
		return err
	})
	if err != nil {
		return fmt.Errorf("take the rights of the roles before: %w", err)
	}
	if err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error { return closeDatabase(ctx, tx) }); err != nil {
		return fmt.Errorf("close the database to others: %w", err)
	}
	return nil
}

// closeDatabase grants CONNECT on the database to those of its own roles that exist, and revokes
// CONNECT from PUBLIC. A role does not exist if a migration had to create it, but ran with the
// login of an owner who may not create roles.
func closeDatabase(ctx context.Context, tx pgx.Tx) error {
	const sql = `
		SELECT pg_has_role(d.datdba, 'USAGE'),
		       ARRAY(SELECT format('GRANT CONNECT ON DATABASE %I TO %I', d.datname, role_of(program))
		             FROM unnest(ARRAY['api', 'projector', 'worker', 'service']) program WHERE to_regrole(quote_ident(role_of(program))) IS NOT NULL)
		       || format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', d.datname)
		FROM pg_database d WHERE d.datname = current_database()`
	if err := LockAll(ctx, tx); err != nil {
		return err
	}
	var may bool
	var statements []string
	if err := tx.QueryRow(ctx, sql).Scan(&may, &statements); err != nil {
		return err
	}
	if !may {
		return ErrNotOwner
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
