package projection_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// The constants say how a rebuild treats a column of PostgreSQL's system catalog that may refer to
// a table.
const (
	itself  = "the table's own row or a part of it: compared column by column"
	depends = "has an entry in pg_depend that refers to the table, its row type or a part: refused by name"
	named   = "asked for by name: refused, kept, or moved with the table"
	parted  = "of partitioned or foreign tables, which are refused"
	figures = "what PostgreSQL counts or keeps of the rows"
	foreign = "never refers to a user's table"
)

// references lists the columns of PostgreSQL's system catalog (versions 15 to 18) that may refer to
// a table, a column, a constraint, an index or extended statistics. The value of each entry says
// how a rebuild treats the column.
var references = map[string]string{
	"pg_aggregate": foreign, "pg_am": foreign, "pg_event_trigger": foreign,
	"pg_attrdef.adrelid": itself, "pg_attrdef.adrelid,adnum": itself,
	"pg_attribute.attrelid":  itself,
	"pg_class.reltoastrelid": itself, "pg_class.relrewrite": figures,
	"pg_constraint.conrelid": itself, "pg_constraint.conindid": itself, "pg_constraint.conrelid,conkey": itself,
	"pg_constraint.confrelid": depends, "pg_constraint.confrelid,confkey": depends, "pg_constraint.conparentid": parted,
	"pg_depend.classid": foreign, "pg_depend.refclassid": foreign, // these columns name the catalog pg_class itself; a rebuild follows the columns objid and refobjid
	"pg_extension.extconfig": named,                                      // only for tables that are members of the extension
	"pg_shdepend.classid":    foreign, "pg_shdepend.refclassid": foreign, // a rebuild compares owner, privileges and tablespace at the table, and refuses a table with policies
	"pg_description.classoid": named, "pg_shdescription.classoid": foreign,
	"pg_foreign_table.ftrelid": parted,
	"pg_index.indexrelid":      itself, "pg_index.indrelid": itself, "pg_index.indrelid,indkey": itself,
	"pg_inherits.inhrelid": named, "pg_inherits.inhparent": depends,
	"pg_init_privs.classoid":         foreign, // only for members of extensions; a rebuild refuses such members
	"pg_partitioned_table.partrelid": parted, "pg_partitioned_table.partdefid": parted, "pg_partitioned_table.partrelid,partattrs": parted,
	"pg_policy.polrelid":         depends,
	"pg_publication_rel.prrelid": named, "pg_publication_rel.prrelid,prattrs": named,
	"pg_rewrite.ev_class":  depends,
	"pg_seclabel.classoid": named, "pg_shseclabel.classoid": foreign,
	"pg_sequence.seqrelid":  itself,
	"pg_statistic.starelid": figures, "pg_statistic.starelid,staattnum": figures,
	"pg_statistic_ext.stxrelid": itself, "pg_statistic_ext.stxrelid,stxkeys": itself, "pg_statistic_ext_data.stxoid": figures,
	"pg_subscription_rel.srrelid": named,
	"pg_trigger.tgrelid":          depends, "pg_trigger.tgconstrrelid": depends, "pg_trigger.tgconstrindid": depends, "pg_trigger.tgconstraint": depends,
	"pg_trigger.tgrelid,tgattr": depends,
	"pg_type.typrelid":          itself,
}

// A new version of PostgreSQL may add a catalog column that refers to a table.
// TestEveryPlaceOfTheCatalogIsAccountedFor then fails until somebody decides how a rebuild treats
// that column. A new catalog column that does not refer to a table needs no decision, because a
// rebuild compares the values of all columns.
func TestEveryPlaceOfTheCatalogIsAccountedFor(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	const sql = `
		SELECT fktable::text || '.' || array_to_string(fkcols, ',') FROM pg_get_catalog_foreign_keys()
		WHERE pktable IN ('pg_class'::regclass, 'pg_attribute'::regclass, 'pg_constraint'::regclass, 'pg_index'::regclass, 'pg_statistic_ext'::regclass)`
	rows, err := pool.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 30 || !slices.Contains(found, "pg_policy.polrelid") {
		t.Errorf("the catalog tells of %q only", found)
	}
	for _, reference := range found {
		table, _, _ := strings.Cut(reference, ".")
		if references[reference] == "" && references[table] == "" {
			t.Errorf("nobody has decided what a rebuild does about %s", reference)
		}
	}
}
