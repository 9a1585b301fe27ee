package refold

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// table is a table of a projection.
type table struct {
	name   string
	schema string
	key    []string // columns of the primary key
	ids    []string // columns of type uuid with which an index begins
}

// describe reads a table's schema, primary key and indexes.
func describe(ctx context.Context, tx pgx.Tx, name string) (table, error) {
	const sql = `
		SELECT n.nspname,
		       coalesce((SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place), pg_attribute a
		                 WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number), '{}'),
		       coalesce((SELECT array_agg(DISTINCT a.attname::text) FROM pg_index i, pg_attribute a
		                 WHERE i.indrelid = c.oid AND i.indisvalid AND a.attrelid = c.oid AND a.attnum = (i.indkey::int2[])[0] AND a.atttypid = 'uuid'::regtype), '{}')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)`
	t := table{name: name}
	if err := tx.QueryRow(ctx, sql, pgx.Identifier{name}.Sanitize()).Scan(&t.schema, &t.key, &t.ids); err != nil {
		return t, fmt.Errorf("describe table %s: %w", name, err)
	}
	return t, nil
}

// live returns the SQL name of the table of the service.
func (t table) live() string { return pgx.Identifier{t.schema, t.name}.Sanitize() }

// copied returns the SQL name of the temporary table.
func (t table) copied() string { return pgx.Identifier{"pg_temp", t.name}.Sanitize() }
