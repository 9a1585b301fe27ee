package rig

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/rebuild"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
)

// Shape returns a text that describes all properties of some tables except their rows and the name
// of their schema.
func Shape(t testing.TB, pool *pgxpool.Pool, tables []string) string {
	t.Helper()
	return One[string](t, pool, shapeSQL, tables)
}

// shapeSQL reads all properties of tables from the system catalog, even properties that the code of
// a rebuild does not mention. So a test fails if a rebuild does not copy one of them.
//
//nolint:unqueryvet // the query must also return columns that later versions of PostgreSQL add
const shapeSQL = `
	WITH c AS (SELECT c.*, t.reloptions AS toast FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = ANY ($1::text[]::regclass[])),
	x AS (SELECT i.*, x.*, spcname FROM pg_index i JOIN c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace),
	q AS (SELECT q.*, c.relname AS of FROM c JOIN pg_depend d ON d.refobjid = c.oid AND d.deptype IN ('i', 'a') JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S')
	SELECT string_agg(line, E'\n' ORDER BY line) FROM (
	    SELECT concat_ws(' ', 'table', relname, relowner::regrole, relpersistence, relreplident, amname, reltablespace, relrowsecurity, obj_description(c.oid, 'pg_class'),
	                     (SELECT array_agg(o ORDER BY o) FROM unnest(reloptions) o), toast, (SELECT array_agg(g::text ORDER BY g::text) FROM unnest(relacl) g),
	                     (SELECT array_agg(format('%s %s', l.provider, l.label)) FROM pg_seclabel l WHERE l.objoid = c.oid)) AS line
	    FROM c JOIN pg_am a ON a.oid = c.relam
	    UNION ALL SELECT concat_ws(' ', 'column', relname, attname, row_number() OVER (PARTITION BY c.oid ORDER BY attnum), format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation,
	                               pg_get_expr(d.adbin, d.adrelid), attidentity, attgenerated, coalesce(attstattarget, -1), attstorage, attcompression, (SELECT array_agg(o ORDER BY o) FROM unnest(attoptions) o WHERE o NOT LIKE 'pg\_attver=%'),
	                               (SELECT array_agg(g::text ORDER BY g::text) FROM unnest(attacl) g), col_description(c.oid, attnum))
	    FROM c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
	    UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), relowner::regrole, reloptions, spcname, indisreplident, indisclustered, obj_description(indexrelid, 'pg_class'),
	                               (SELECT array_agg(coalesce(attstattarget, -1) ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid)) FROM x
	    UNION ALL SELECT concat_ws(' ', 'constraint', c.relname, conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint')) FROM pg_constraint k JOIN c ON c.oid = k.conrelid
	    UNION ALL SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(e.oid), stxnamespace::regnamespace, stxowner::regrole, coalesce(stxstattarget, -1), obj_description(e.oid, 'pg_statistic_ext'))
	    FROM pg_statistic_ext e JOIN c ON c.oid = e.stxrelid
	    UNION ALL SELECT concat_ws(' ', 'publication', p.*) FROM pg_publication_tables p JOIN c ON c.relname = p.tablename AND c.relnamespace = p.schemaname::regnamespace
	    UNION ALL SELECT concat_ws(' ', 'sequence', q.of, relname, relowner::regrole, relacl, seqtypid, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle, obj_description(q.oid, 'pg_class'))
	    FROM q JOIN pg_sequence s ON s.seqrelid = q.oid
	    UNION ALL SELECT concat_ws(' ', 'type', typname, (SELECT array_agg(g::text ORDER BY g::text) FROM unnest(coalesce(typacl, acldefault('T', typowner))) g)) FROM pg_type t JOIN c ON c.reltype = t.oid
	    UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(g.oid)) FROM pg_trigger g JOIN c ON c.oid = g.tgrelid WHERE NOT tgisinternal
	    UNION ALL SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid)) FROM pg_rewrite r JOIN c ON c.oid = r.ev_class) AS lines`

// Quiet ignores the progress of a rebuild. Tests pass Quiet as a callback.
func Quiet(catchup.Progress) {}

// Rebuild rebuilds the tables of a projection.
func Rebuild(t testing.TB, projector *projection.Projector, name string) {
	t.Helper()
	if err := rebuild.Run(t.Context(), projector.Set(), name, Quiet); err != nil {
		t.Fatal(err)
	}
}

// CheckRebuilds rebuilds some projections whose tables contain wrong rows, and then undoes the
// rebuilds. After the rebuilds no row may be wrong. After the undo all wrong rows must be back. The
// parameter wrong is SQL that counts the wrong rows, and rows is their number before the rebuilds.
func CheckRebuilds(t testing.TB, pool *pgxpool.Pool, projector *projection.Projector, names []string, wrong string, rows int64) {
	t.Helper()
	for _, name := range names {
		Rebuild(t, projector, name)
	}
	if got := One[int64](t, pool, wrong); got != 0 {
		t.Errorf("%d rows are as before the rebuild", got)
	}
	for _, name := range names {
		if err := rebuild.Undo(t.Context(), projector.Set(), name, Quiet); err != nil {
			t.Fatal(err)
		}
	}
	if got := One[int64](t, pool, wrong); got != rows {
		t.Errorf("%d rows are as before the rebuild, want all that were", got)
	}
}
