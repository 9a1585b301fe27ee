package read

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// checkCopyable fails for tables with something that copyShape does not copy.
func (r *replacement) checkCopyable(ctx context.Context, tx pgx.Tx) error {
	const sql = `
		SELECT t.name || ' ' || why.text
		FROM unnest($1::text[]) AS t (name) LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)
		CROSS JOIN LATERAL (VALUES
		    ('does not exist', c.oid IS NULL),
		    ('is no plain table', c.relkind <> 'r' OR c.relispartition),
		    ('has row security', c.relrowsecurity),
		    ('has triggers', EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)),
		    ('has or is the target of foreign keys', EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND c.oid IN (k.conrelid, k.confrelid))),
		    ('has views', EXISTS (SELECT FROM pg_depend d WHERE d.refobjid = c.oid AND d.classid = 'pg_rewrite'::regclass)),
		    ('has extended statistics', EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxrelid = c.oid)),
		    ('has a serial column, which should be an identity', EXISTS (
		        SELECT FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' WHERE d.refobjid = c.oid AND d.deptype = 'a'))
		) AS why (text, applies)
		WHERE why.applies`
	rows, err := tx.Query(ctx, sql, r.live.tables)
	if err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	if len(found) > 0 {
		return fmt.Errorf("a rebuild can't copy this: %s", strings.Join(found, "; "))
	}
	return nil
}

// copyShape makes a table like another in a schema: columns, checks, storage, keys and
// indexes under their own names, which later migrations use, and grants.
func copyShape(ctx context.Context, tx pgx.Tx, table, schema string) error {
	const sql = `
		WITH t AS (
		    SELECT c.oid, c.reloptions, c.relacl, format('%I.%I', n.nspname, c.relname) AS old, format('%I.%I', $2::text, c.relname) AS new
		    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
		)
		SELECT statement FROM (
		    SELECT 1 AS step, format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)%s', new, old,
		                             ' WITH (' || array_to_string(reloptions, ', ') || ')') AS statement FROM t
		    UNION ALL
		    SELECT 2, format('ALTER TABLE %s ADD CONSTRAINT %I %s', new, k.conname, pg_get_constraintdef(k.oid))
		    FROM t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
		    UNION ALL
		    SELECT 3, replace(pg_get_indexdef(i.indexrelid), ' ON ' || old || ' ', ' ON ' || new || ' ')
		    FROM t JOIN pg_index i ON i.indrelid = t.oid
		    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
		    UNION ALL
		    SELECT 4, format('GRANT %s ON %s TO %s', g.privilege_type, new,
		                     CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)
		    FROM t, aclexplode(t.relacl) g
		) AS s ORDER BY step`
	rows, err := tx.Query(ctx, sql, table, schema)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// checkShapes fails if the tables in service are not what they were when the others
// were made: a migration has changed them since.
func (r *replacement) checkShapes(ctx context.Context, on interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
},
) error {
	const sql = `
		WITH shape AS (
		    SELECT n.nspname AS schema, t.name, coalesce(
		        (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull), ', ' ORDER BY a.attnum)
		         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') || coalesce(
		        (SELECT string_agg(x.relname, ', ' ORDER BY x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
		         WHERE i.indrelid = c.oid), '') AS text
		    FROM unnest($1::text[]) AS t (name) JOIN pg_class c ON c.relname = t.name JOIN pg_namespace n ON n.oid = c.relnamespace
		    WHERE n.nspname IN ($2, $3)
		)
		SELECT count(*) = 2 * cardinality($1::text[]) AND count(DISTINCT (name, text)) = cardinality($1::text[]) FROM shape`
	live, err := r.liveSchema(ctx)
	if err != nil {
		return err
	}
	var same bool
	if err := on.QueryRow(ctx, sql, r.live.tables, live, r.stage.schema(r.live.name)).Scan(&same); err != nil {
		return fmt.Errorf("compare the tables: %w", err)
	}
	if !same {
		return fmt.Errorf("the tables in service have another shape than those of the %s, which was begun before a migration: start over", r.stage)
	}
	return nil
}

// liveSchema is where the tables in service are.
func (r *replacement) liveSchema(ctx context.Context) (string, error) {
	const sql = `
		SELECT DISTINCT n.nspname FROM unnest($1::text[]) AS t (name)
		JOIN pg_class c ON c.oid = to_regclass(t.name) JOIN pg_namespace n ON n.oid = c.relnamespace`
	rows, err := r.live.pool.Query(ctx, sql, r.live.tables)
	if err != nil {
		return "", fmt.Errorf("find the tables: %w", err)
	}
	schema, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
	if err != nil {
		return "", fmt.Errorf("find the tables, all in one schema: %w", err)
	}
	return schema, nil
}
