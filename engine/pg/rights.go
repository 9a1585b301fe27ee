package pg

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

// excess is what a login has that no program needs, the most that it has: with any of it a login
// may change the log, or take the rights to. SET ROLE counts.
const excess = `
	SELECT coalesce(string_agg(one.name, ', '), '') FROM (
	    SELECT might.name FROM pg_roles r
	    CROSS JOIN pg_class c
	    CROSS JOIN LATERAL (VALUES
	        (1, 'SUPERUSER', r.rolsuper),
	        (2, 'ownership of the schema', pg_has_role(r.oid, c.relowner, 'MEMBER')),
	        (3, 'BYPASSRLS', r.rolbypassrls),
	        (3, 'CREATEROLE', r.rolcreaterole),
	        (3, 'pg_write_all_data', pg_has_role(r.oid, (SELECT oid FROM pg_roles WHERE rolname = 'pg_write_all_data'), 'MEMBER')),
	        (3, 'INSERT on events', has_any_column_privilege(r.oid, c.oid, 'INSERT')),
	        (3, 'UPDATE on events', has_any_column_privilege(r.oid, c.oid, 'UPDATE')),
	        (3, 'DELETE on events', has_table_privilege(r.oid, c.oid, 'DELETE')),
	        (3, 'TRUNCATE on events', has_table_privilege(r.oid, c.oid, 'TRUNCATE')),
	        (3, 'TRIGGER on events', has_table_privilege(r.oid, c.oid, 'TRIGGER'))
	    ) AS might (rank, name, has)
	    WHERE r.rolname = $1 AND c.oid = to_regclass('events') AND might.has
	    ORDER BY might.rank FETCH FIRST ROW WITH TIES
	) AS one`

// CheckLogin fails if a login lacks what a program does: it is another program's, as a rule.
// One that has more than programs need, like the owner's in development, is said. The schema
// must be there.
func CheckLogin(ctx context.Context, pool *pgxpool.Pool, program string, logger *slog.Logger) error {
	sql := `
		SELECT current_user, coalesce(` + tellTale[program] + `, true),
		       coalesce((SELECT min(quote_ident(rolname)) FROM pg_roles
		                 WHERE NOT rolcanlogin AND rolname LIKE '%.' || $1 AND shobj_description(oid, 'pg_authid') = format('of database %s (%s)', d.datname, d.oid)),
		                quote_ident(d.datname || '.' || $1)),
		       coalesce((SELECT string_agg(quote_ident(rolname), ', ' ORDER BY rolname) FROM pg_roles
		                 WHERE rolname <> current_user AND pg_has_role(oid, 'USAGE')), 'no role')
		FROM pg_class c, pg_database d WHERE c.oid = to_regclass('checkpoints') AND d.datname = current_database()`
	var login, wanted, has, tooMuch string
	var may bool
	if err := pool.QueryRow(ctx, sql, program).Scan(&login, &may, &wanted, &has); err != nil {
		return fmt.Errorf("look at the login's rights: %w", err)
	}
	if err := pool.QueryRow(ctx, excess, login).Scan(&tooMuch); err != nil {
		return fmt.Errorf("look at the login's rights: %w", err)
	}
	if tooMuch != "" {
		logger.WarnContext(ctx, "the login has more rights than a program needs, and may change the log: give this program its own", "login", login, "has", tooMuch, "wanted", wanted)
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

// CheckDatabase fails if a schema must not be made, or go on, in a database: it can't hold every
// text, or everybody may create what the owner's functions would call. Its owner looks.
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
	if encoding != utf8 {
		wrong = append(wrong, fmt.Errorf("the database's encoding is %s, which can't hold every text: make one with CREATE DATABASE … TEMPLATE template0 ENCODING '%s'", encoding, utf8))
	}
	if open != "" {
		wrong = append(wrong, fmt.Errorf("everybody may create in schema %s, and so what the owner's functions call: REVOKE CREATE ON SCHEMA %[1]s FROM PUBLIC, as the schema's owner", open))
	}
	return errors.Join(wrong...)
}
