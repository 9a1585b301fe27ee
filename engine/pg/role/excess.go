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

// OtherProgram maps API to Projector and Projector to API. A login of one program must not have the
// rights of the other program.
var OtherProgram = map[string]string{API: Projector, Projector: API}

// ErrOtherProgram returns the error for a login that has the other program's role.
func ErrOtherProgram(login, role string) error {
	return fmt.Errorf("%q has the role %q, which is the other program's: give each program a login of its own", login, role)
}
