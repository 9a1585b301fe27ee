package rig

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/read"
)

// Shape is all that there is to tables, but for what is in them.
func Shape(t testing.TB, pool *pgxpool.Pool, tables []string) string {
	t.Helper()
	const sql = `
		SELECT string_agg(line, E'\n' ORDER BY line) FROM (
		    SELECT concat_ws(' ', c.relname, c.reloptions, c.relacl, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
		    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		    WHERE c.oid = ANY ($1::text[]::regclass[])
		    UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY ($1::text[]::regclass[])
		    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY ($1::text[]::regclass[])) AS lines`
	return One[string](t, pool, sql, tables)
}

// Quiet is whom a rebuild tells how far it is, and who does not care.
func Quiet(read.Progress) {}

// Rebuild rebuilds a projection.
func Rebuild(t testing.TB, projector *read.Projector, name string) {
	t.Helper()
	if err := projector.Rebuild(t.Context(), name, Quiet); err != nil {
		t.Fatal(err)
	}
}

// CheckRebuilds rebuilds projections in which somebody has made so many rows wrong, and
// undoes it: none is wrong in between, and all are again afterwards. wrong counts them.
func CheckRebuilds(t testing.TB, pool *pgxpool.Pool, projector *read.Projector, names []string, wrong string, rows int64) {
	t.Helper()
	for _, name := range names {
		Rebuild(t, projector, name)
	}
	if got := One[int64](t, pool, wrong); got != 0 {
		t.Errorf("%d rows are as before the rebuild", got)
	}
	for _, name := range names {
		if err := projector.Undo(t.Context(), name, Quiet); err != nil {
			t.Fatal(err)
		}
	}
	if got := One[int64](t, pool, wrong); got != rows {
		t.Errorf("%d rows are as before the rebuild, want all that were", got)
	}
}
