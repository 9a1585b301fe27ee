package logins

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/role"
)

// Login is a login that role.Grant is about to make. Its name and password come from a URL in an
// environment variable.
type Login struct{ Program, Variable, URL string }

// CheckAll returns an error if role.Grant must not make these logins: a URL names another server or
// database than the owner's URL, or two programs have the same login. CheckAll also refuses the
// owner as a login, a role that can't log in, and a login of another database or another program.
// CheckAll changes nothing, and its errors contain no password. The parameter variable is the name
// of the environment variable that has the owner's URL.
func CheckAll(ctx context.Context, owner *pgxpool.Pool, variable string, logins []Login) error {
	migrated := &owner.Config().ConnConfig.Config
	seen := map[string]string{migrated.User: variable}
	var wrong []error
	for _, login := range logins {
		config, err := dsn.Config(login.URL, "")
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", login.Variable, err))
			continue
		}
		given := &config.ConnConfig.Config
		refuse := func(rule, want, have string) {
			wrong = append(wrong, fmt.Errorf("%s must name %s: %s, not %s", login.Variable, rule, want, have))
		}
		if want, have := databaseOf(migrated), databaseOf(given); want != have {
			refuse("the database that "+variable+" names", strconv.Quote(want), strconv.Quote(have))
		}
		if !sameServer(migrated, given) {
			refuse("the server that "+variable+" names (the program's own URL may lead through a pooler)", serversOf(migrated), serversOf(given))
		}
		if other, taken := seen[given.User]; taken {
			wrong = append(wrong, fmt.Errorf("%s must name a login of its own: %q is that of %s", login.Variable, given.User, other))
		}
		seen[given.User] = login.Variable
		if taken, err := isRole(ctx, owner, given.User); err != nil || taken {
			wrong = append(wrong, cmp.Or(err, fmt.Errorf("%s must name a login: %q is the name of a role", login.Variable, given.User)))
			continue
		}
		if err := checkOfHere(ctx, owner, login.Program, given.User); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", login.Variable, err))
		}
	}
	return errors.Join(wrong...)
}

// isRole reports whether a name is forbidden for a login: a role of this database has the name, or
// PostgreSQL reserves the name. A name can be forbidden even if the role does not exist yet.
func isRole(ctx context.Context, owner *pgxpool.Pool, name string) (is bool, err error) {
	const sql = `
		SELECT $1 IN ('public', 'none') OR starts_with($1, 'pg_')
		    OR $1 IN (SELECT CASE WHEN octet_length(d.datname) > 52 THEN md5(d.datname) ELSE d.datname END || '.' || program
		              FROM unnest(ARRAY['api', 'projector', 'worker', 'service']) program)
		    OR EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND NOT rolcanlogin AND shobj_description(oid, 'pg_authid') LIKE 'of database % (' || d.oid || ')')
		FROM pg_database d WHERE d.datname = current_database()`
	if err := owner.QueryRow(ctx, sql, name).Scan(&is); err != nil {
		return false, fmt.Errorf("look at the name %q: %w", name, err)
	}
	return is, nil
}

// checkOfHere returns an error for a login of another database of the same cluster, and for a login
// of another program. checkOfHere also works before the schema exists. role.Grant checks the login
// again later.
func checkOfHere(ctx context.Context, owner *pgxpool.Pool, program, login string) error {
	const sql = `
		WITH related AS (
		    SELECT oid, rolname, rolcanlogin FROM pg_roles WHERE rolname = $1
		    UNION SELECT g.oid, g.rolname, g.rolcanlogin FROM pg_auth_members m JOIN pg_roles l ON l.oid = m.member JOIN pg_roles g ON g.oid = m.roleid WHERE l.rolname = $1
		)
		SELECT coalesce(min(d.datname) FILTER (WHERE d.datname <> current_database()), ''),
		       coalesce(min(r.rolname) FILTER (WHERE d.datname = current_database() AND NOT r.rolcanlogin AND r.rolname LIKE ANY (SELECT '%.' || other FROM unnest($2::text[]) other)), '')
		FROM related r
		JOIN pg_database d ON d.oid = substring(shobj_description(r.oid, 'pg_authid') FROM '^of database .* \((\d{1,10})\)$')::bigint`
	var other, second string
	if err := owner.QueryRow(ctx, sql, login, role.OtherPrograms[program]).Scan(&other, &second); err != nil {
		return fmt.Errorf("look at login %q: %w", login, err)
	}
	if other != "" {
		return fmt.Errorf("%q is a login of database %q: give each database logins of its own", login, other)
	}
	if second != "" {
		return role.ErrOtherProgram(login, second)
	}
	return nil
}

// databaseOf returns the name of the database in a URL. If the URL has no such name, databaseOf
// returns the name of the user, as PostgreSQL does.
func databaseOf(config *pgconn.Config) string { return cmp.Or(config.Database, config.User) }

// sameServer reports whether two URLs name at least one common server.
func sameServer(one, other *pgconn.Config) bool {
	return slices.ContainsFunc(addresses(one), func(address string) bool { return slices.Contains(addresses(other), address) })
}

// serversOf returns a text that lists the servers of a URL.
func serversOf(config *pgconn.Config) string { return strings.Join(addresses(config), " or ") }

// addresses returns the addresses of a URL's servers. All names of this machine count as one host.
func addresses(config *pgconn.Config) []string {
	found := []string{addressOf(config.Host, config.Port)}
	for _, more := range config.Fallbacks {
		if address := addressOf(more.Host, more.Port); !slices.Contains(found, address) {
			found = append(found, address)
		}
	}
	return found
}

func addressOf(host string, port uint16) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip := net.ParseIP(host); strings.HasPrefix(host, "/") || ip != nil && ip.IsLoopback() {
		host = "localhost"
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// Inherited returns the logins that would get rights by mistake when a database is migrated for the
// first time. Such a login still has an old role, which belonged to a dropped database of the same
// name. Inherited returns each login with its role. The parameter given lists the logins that are
// meant to have these rights; Inherited does not return these logins. After the first migration,
// Inherited returns nothing.
func Inherited(ctx context.Context, owner *pgxpool.Pool, given []Login) ([]string, error) {
	const sql = `
		SELECT format('%I (of %I)', l.rolname, r.rolname)
		FROM concat(CASE WHEN octet_length(current_database()) > 52 THEN md5(current_database()) ELSE current_database() END, '.') prefix,
		     unnest(ARRAY['api', 'projector', 'worker', 'service']) program
		JOIN pg_roles r ON true
		JOIN pg_auth_members m ON m.roleid = r.oid AND NOT m.admin_option -- those who may grant it are its makers
		JOIN pg_roles l ON l.oid = m.member AND l.rolcanlogin
		WHERE r.rolname = prefix || program AND to_regclass('engine_version') IS NULL AND l.rolname <> ALL ($1::text[])
		ORDER BY 1`
	names := []string{owner.Config().ConnConfig.User}
	for _, login := range given {
		if config, err := dsn.Config(login.URL, ""); err == nil {
			names = append(names, config.ConnConfig.User)
		}
	}
	rows, _ := owner.Query(ctx, sql, names) // CollectRows returns the error of Query
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look at roles of a former database of this name: %w", err)
	}
	return found, nil
}
