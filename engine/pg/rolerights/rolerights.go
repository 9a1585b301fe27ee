package rolerights

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/pg/role"
)

// heldRights is a query that returns the rights of the programs' roles in this database. The owner
// of the database may have granted these rights by any statement, not only in a migration. Each
// right is returned as a GRANT statement without the grantee. For the role public, the query
// returns a REVOKE statement for each routine that not everybody may call. PostgreSQL lets
// everybody call a routine by default.
const heldRights = `
	SELECT holder.program, held.statement
	FROM (SELECT program, to_regrole(quote_ident(role_of(program)))::oid AS oid FROM unnest(ARRAY['api', 'projector', 'worker', 'service']) program) holder
	CROSS JOIN LATERAL (
	    SELECT format('GRANT %s ON %s %s TO', g.privilege_type, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS statement
	    FROM pg_class c, aclexplode(c.relacl) g WHERE g.grantee = holder.oid
	    UNION SELECT format('GRANT %s (%I) ON TABLE %s TO', g.privilege_type, a.attname, a.attrelid::regclass)
	    FROM pg_attribute a, aclexplode(a.attacl) g WHERE g.grantee = holder.oid
	    UNION SELECT format('GRANT %s ON SCHEMA %I TO', g.privilege_type, n.nspname)
	    FROM pg_namespace n, aclexplode(n.nspacl) g WHERE g.grantee = holder.oid
	    UNION SELECT format('GRANT %s ON ROUTINE %s TO', g.privilege_type, p.oid::regprocedure)
	    FROM pg_proc p, aclexplode(p.proacl) g WHERE g.grantee = holder.oid
	    UNION SELECT format('ALTER DEFAULT PRIVILEGES%s GRANT %s ON %s TO', (SELECT format(' IN SCHEMA %I', nspname) FROM pg_namespace WHERE oid = d.defaclnamespace), g.privilege_type,
	                        CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END)
	    FROM pg_default_acl d, aclexplode(d.defaclacl) g WHERE g.grantee = holder.oid AND d.defaclrole = to_regrole(quote_ident(current_user))
	) held
	UNION ALL
	SELECT 'public', format('REVOKE EXECUTE ON ROUTINE %s FROM', p.oid::regprocedure)
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE n.nspname IN (current_schema(), 'keys') AND pg_has_role(p.proowner, 'USAGE')
	  AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g WHERE g.grantee = 0)`

// migrated returns the number of applied migrations of the engine, the job queue and the service
// together. A database that was last migrated by a release without workflows has no job queue.
func migrated(ctx context.Context, tx pgx.Tx) (count int64, err error) {
	const (
		queue = `SELECT to_regclass('jobs_version') IS NOT NULL`
		both  = `SELECT (SELECT count(*) FROM engine_version) + (SELECT count(*) FROM goose_db_version)`
	)
	var queued bool
	if err := tx.QueryRow(ctx, queue).Scan(&queued); err != nil {
		return 0, err
	}
	sql := both
	if queued {
		sql += ` + (SELECT count(*) FROM jobs_version)`
	}
	err = tx.QueryRow(ctx, sql).Scan(&count)
	return count, err
}

// Record stores the rights of the programs' roles in the database itself, so that a dump of the
// database contains them. Record keeps the stored rights of a missing role, and the stored rights
// that Mend could not grant, because a later run may grant them.
func Record(ctx context.Context, owner *pgxpool.Pool, mended Mended) error {
	const forget = `DELETE FROM role_rights WHERE program = 'public' OR to_regrole(quote_ident(role_of(program))) IS NOT NULL`
	const record = `
		INSERT INTO role_rights (program, statement, migrations)
		SELECT program, statement, $3::bigint
		FROM (SELECT program, statement FROM (` + heldRights + `) held UNION SELECT program, statement FROM unnest($1::text[], $2::text[]) owed (program, statement)) r
		ON CONFLICT DO NOTHING`
	var programs, statements []string
	for _, right := range mended.owed() {
		programs, statements = append(programs, right.program), append(statements, right.statement)
	}
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := role.LockAll(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, forget); err != nil {
			return err
		}
		count, err := migrated(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, record, programs, statements, count)
		return err
	})
	if err != nil {
		return fmt.Errorf("record the roles' rights: %w", err)
	}
	return nil
}

// Mended is the result of Mend.
type Mended struct {
	Made    []string // roles that Mend has made
	Missing []string // missing roles that the owner may not make
	Given   int      // number of rights that Mend has granted
	Refused []string // statements that the owner may not run, for example on an object of another owner

	refused, unknown []right // rights that were not granted: because the owner may not grant them, or because their object does not exist
}

// right is a row of role_rights.
type right struct{ program, statement string }

// owed returns the rights that were not granted, but that a later run of Mend may still grant. If
// PostgreSQL has refused no grant, owed returns no rights, and the stored rights on missing objects
// are dropped. If PostgreSQL has refused a grant, owed also returns the rights on missing objects,
// because such an object may exist although this login can't see it.
func (m *Mended) owed() []right {
	if len(m.refused) == 0 {
		return nil
	}
	return slices.Concat(m.refused, m.unknown)
}

// Mend repairs the roles of a database that was restored into a cluster without these roles. Mend
// makes the missing roles, and grants each role the rights that Record has stored and that the role
// lacks. Mend grants nothing if the roles have all these rights, or if the database has no stored
// rights.
//
// An interrupted run of migrate may leave stored rights that are older than the newest applied
// migration. Such rights may include a right that the migration has removed. For this reason Mend
// grants such old rights only to roles that Mend itself makes.
func Mend(ctx context.Context, owner *pgxpool.Pool) (mended Mended, err error) {
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		var recorded bool
		if err := tx.QueryRow(ctx, `SELECT to_regclass('role_rights') IS NOT NULL AND to_regclass('goose_db_version') IS NOT NULL`).Scan(&recorded); err != nil || !recorded {
			return err
		}
		if err := role.NameAllIn(ctx, tx); err != nil {
			return err
		}
		if err := mended.makeRoles(ctx, tx); err != nil {
			return err
		}
		return mended.giveRights(ctx, tx)
	})
	if err != nil {
		return Mended{}, fmt.Errorf("give the roles their rights: %w", err)
	}
	return mended, nil
}

// makeRoles makes the missing roles that have stored rights. A mark is a comment that names the
// database of a role. If a role has no mark, or the mark of a database that no longer exists,
// makeRoles marks the role as a role of this database.
func (m *Mended) makeRoles(ctx context.Context, tx pgx.Tx) error {
	const toMark = `
		SELECT role, to_regrole(quote_ident(role)) IS NULL,
		       CASE WHEN to_regrole(quote_ident(role)) IS NULL THEN format('CREATE ROLE %I NOLOGIN; ', role) ELSE '' END || format('COMMENT ON ROLE %I IS %L', role, role_mark())
		FROM (SELECT DISTINCT role_of(program) AS role FROM role_rights WHERE program <> 'public') recorded
		WHERE NOT EXISTS (SELECT FROM pg_database WHERE oid = database_of(role)) ORDER BY role`
	rows, _ := tx.Query(ctx, toMark) // CollectRows returns the error of Query
	roles, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Name    string
		Missing bool
		Mark    string
	}])
	if err != nil {
		return err
	}
	for _, role := range roles {
		refused, err := try(ctx, tx, role.Mark)
		switch {
		case err != nil:
			return err
		case !role.Missing: // perhaps only the maker of an existing role may mark it
		case refused != "":
			m.Missing = append(m.Missing, role.Name)
		default:
			m.Made = append(m.Made, role.Name)
		}
	}
	return nil
}

// giveRights runs the stored GRANT statements of the rights that are missing.
func (m *Mended) giveRights(ctx context.Context, tx pgx.Tx) error {
	const lacking = `
		SELECT r.program, r.statement, r.statement || CASE r.program WHEN 'public' THEN ' PUBLIC' ELSE format(' %I', role_of(r.program)) END
		FROM role_rights r
		WHERE (r.program = 'public' OR to_regrole(quote_ident(role_of(r.program))) IS NOT NULL)
		  AND (r.migrations = $2 OR role_of(r.program) = ANY ($1) OR r.program = 'public' AND cardinality($1) > 0)
		  AND NOT EXISTS (SELECT FROM (` + heldRights + `) held WHERE held.program = r.program AND held.statement = r.statement)
		ORDER BY r.program, r.statement`
	count, err := migrated(ctx, tx)
	if err != nil {
		return err
	}
	made := append([]string{}, m.Made...) // an empty array, not NULL
	rows, _ := tx.Query(ctx, lacking, made, count)
	rights, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Program, Statement, Whole string }])
	if err != nil {
		return err
	}
	for _, r := range rights {
		switch refused, err := try(ctx, tx, r.Whole); {
		case err != nil:
			return err
		case refused == failure.NoRight:
			m.Refused, m.refused = append(m.Refused, r.Whole), append(m.refused, right{r.Program, r.Statement})
		case refused == "":
			m.Given++
		default:
			m.unknown = append(m.unknown, right{r.Program, r.Statement})
		}
	}
	return nil
}

// passable lists the SQLSTATEs with which a stored statement may fail. These SQLSTATEs mean that
// the owner may not run the statement, or that the statement names an object that no longer exists.
// For example, the object may be a table that a rebuild had kept for a while.
var passable = []string{
	failure.NoRight, failure.UndefinedTable, failure.UndefinedFunction, failure.UndefinedColumn, failure.UndefinedObject, failure.InvalidSchemaName,
}

// try runs statements after a savepoint. If the statements fail with a SQLSTATE of passable, try
// returns that SQLSTATE; after any other failure, try returns the error.
func try(ctx context.Context, tx pgx.Tx, statements string) (refused string, err error) {
	err = pgx.BeginFunc(ctx, tx, func(nested pgx.Tx) error {
		_, err := nested.Exec(ctx, statements)
		return err
	})
	if failure.Is(err, passable...) {
		return failure.Code(err), nil
	}
	return "", err
}
