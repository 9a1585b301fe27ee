package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// tellTale is a right that a program's login has and the other's has not; c is the table checkpoints.
var tellTale = map[string]string{
	APIRole:       `(SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc WHERE proname = 'append_flight' AND pronamespace = c.relnamespace)`,
	ProjectorRole: `has_table_privilege(c.oid, 'UPDATE')`,
}

// CheckLogin fails if a login lacks what a program does: it is another program's, as a rule.
// The owner's is for development, and said. The schema must be there.
func CheckLogin(ctx context.Context, pool *pgxpool.Pool, program string, logger *slog.Logger) error {
	sql := `
		SELECT current_user, coalesce(` + tellTale[program] + `, true), pg_has_role(c.relowner, 'USAGE'),
		       coalesce((SELECT min(quote_ident(rolname)) FROM pg_roles
		                 WHERE rolname LIKE '%.' || $1 AND shobj_description(oid, 'pg_authid') = format('of database %s (%s)', d.datname, d.oid)),
		                quote_ident(d.datname || '.' || $1)),
		       coalesce((SELECT string_agg(quote_ident(rolname), ', ' ORDER BY rolname) FROM pg_roles
		                 WHERE rolname <> current_user AND pg_has_role(oid, 'USAGE')), 'no role')
		FROM pg_class c, pg_database d WHERE c.oid = to_regclass('checkpoints') AND d.datname = current_database()`
	var login, wanted, has string
	var may, owns bool
	if err := pool.QueryRow(ctx, sql, program).Scan(&login, &may, &owns, &wanted, &has); err != nil {
		return fmt.Errorf("look at the login's rights: %w", err)
	}
	if owns {
		logger.WarnContext(ctx, "the login may change the schema and the log: give this program its own", "login", login, "wanted", wanted)
	}
	if !may {
		return fmt.Errorf("login %q has the rights of %s, and this program needs those of %s: take the login that cmd/migrate has made of %s_DATABASE_URL",
			login, has, wanted, strings.ToUpper(program))
	}
	return nil
}

// CheckOwner fails if a login is not the owner of the schema that is there. That of an
// empty database is still to be made.
func CheckOwner(ctx context.Context, pool *pgxpool.Pool) error {
	const sql = `
		SELECT current_user, pg_get_userbyid(relowner), pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('goose_db_version')`
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
