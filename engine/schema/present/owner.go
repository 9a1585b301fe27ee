package present

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
)

// CheckOwner returns an error if the engine's tables exist and the login of the pool does not own
// them. If the tables do not exist yet, CheckOwner returns nil.
func CheckOwner(ctx context.Context, pool *pgxpool.Pool) error {
	const sql = `
		SELECT current_user, pg_get_userbyid(relowner), pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('engine_version')`
	var login, owner string
	var owns bool
	err := pool.QueryRow(ctx, sql).Scan(&login, &owner, &owns)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the schema's owner: %w", err)
	}
	if !owns {
		return fmt.Errorf("login %q does not own the schema, %q does: migrate as that one", login, owner)
	}
	return nil
}

// CheckDatabase returns an error if the database is not suitable for the engine's tables. A
// database is not suitable if its encoding can't store every text. It is not suitable either if
// every login may create objects in a schema on the search path of the owner's functions. The pool
// must use the login of the tables' owner.
func CheckDatabase(ctx context.Context, owner *pgxpool.Pool) error {
	const sql = `
		SELECT current_setting('server_encoding'),
		       coalesce((SELECT string_agg(quote_ident(nspname), ', ' ORDER BY nspname) FROM pg_namespace
		                 WHERE nspname IN (current_schema(), 'keys') AND has_schema_privilege('public', oid, 'CREATE')), '')`
	var encoding, open string
	if err := owner.QueryRow(ctx, sql).Scan(&encoding, &open); err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	var wrong []error
	if encoding != dsn.UTF8 {
		wrong = append(wrong, fmt.Errorf("the database's encoding is %s, which can't hold every text: make one with CREATE DATABASE … TEMPLATE template0 ENCODING '%s'", encoding, dsn.UTF8))
	}
	if open != "" {
		wrong = append(wrong, fmt.Errorf("everybody may create in schema %s, and so what the owner's functions call: REVOKE CREATE ON SCHEMA %[1]s FROM PUBLIC, as the schema's owner", open))
	}
	return errors.Join(wrong...)
}
