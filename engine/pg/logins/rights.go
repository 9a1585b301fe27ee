package logins

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/role"
)

// mayAppend is an SQL condition that is true for the logins of the API and of the worker.
const mayAppend = `(SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc WHERE proname = 'append_flight' AND pronamespace = c.relnamespace)`

// tellTale has an SQL condition for each program. The condition is true for a login with rights
// that only the login of this program has. In this SQL, c is the row of the table checkpoints in
// pg_class.
var tellTale = map[string]string{
	role.API:       mayAppend + ` AND has_table_privilege(to_regclass('erasures'), 'SELECT')`,
	role.Projector: `has_table_privilege(c.oid, 'UPDATE')`,
	role.Worker:    mayAppend + ` AND has_table_privilege(to_regclass('river_job'), 'UPDATE')`,
}

// remedy has advice for each program: what an operator can do if a login lacks the program's
// rights.
var remedy = map[string]string{
	role.API:       "take the login that cmd/migrate has made of API_DATABASE_URL",
	role.Projector: "take the login that cmd/migrate has made of PROJECTOR_DATABASE_URL",
	role.Worker:    "set WORKER_DATABASE_URL to the login that cmd/migrate makes from WORKER_DATABASE_URL, or set WORKFLOWS=off",
}

// Check returns an error if a login lacks rights that its program needs. The usual cause is that
// the login belongs to another program. If the login has more rights than a program needs, Check
// logs a warning. For example, the owner's login, which programs may use in development, has more
// rights. Check works only after the schema exists.
func Check(ctx context.Context, pool *pgxpool.Pool, program string, logger *slog.Logger) error {
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
	if err := pool.QueryRow(ctx, role.Excess, login).Scan(&tooMuch); err != nil {
		return fmt.Errorf("look at the login's rights: %w", err)
	}
	if tooMuch != "" {
		logger.WarnContext(ctx, "the login has more rights than a program needs, and may change the log: give this program its own", "login", login, "has", tooMuch, "wanted", wanted)
	}
	if !may {
		return fmt.Errorf("login %q has the rights of %s, and this program needs those of %s: %s", login, has, wanted, remedy[program])
	}
	return nil
}
