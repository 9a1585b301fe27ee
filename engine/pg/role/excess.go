package role

import "fmt"

// Excess is a query that returns the strongest rights that a login has although no program needs
// them. With any of these rights, the login can change the log, or can give itself a right to
// change the log. A right also counts if the login can get it by SET ROLE.
const Excess = `
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

// OtherPrograms maps each program to the programs whose rights its login must not have. A login with
// the rights of all programs has the role of Service.
var OtherPrograms = map[string][]string{API: {Projector, Worker}, Projector: {API, Worker}, Worker: {API, Projector}}

// ErrOtherProgram returns the error for a login that has the role of another program.
func ErrOtherProgram(login, role string) error {
	return fmt.Errorf("%q has the role %q, which is another program's: give each program a login of its own", login, role)
}
