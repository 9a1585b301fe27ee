package shape

// derived and the other constants are reasons why a column of the catalog may differ.
const (
	identity = "says which object it is, not what it is like"
	rendered = "is compared in words: it holds numbers of columns or objects, or an order without a meaning"
	derived  = "follows from other columns, or was true once"
	contents = "is about the rows or files, or about how far they were built"
)

// immaterial has the columns of the catalog in which a new table may differ from the table that it
// replaces. All other columns of the catalog must be equal, including columns that later versions
// of PostgreSQL add. A rebuild fails if an unknown column differs, so that no property of a table
// is lost silently.
var immaterial = map[string]string{
	"pg_class.oid":                  identity,
	"pg_class.relnamespace":         identity,
	"pg_class.reltype":              identity,
	"pg_class.relfilenode":          identity,
	"pg_class.reltoastrelid":        identity,
	"pg_class.relacl":               rendered,
	"pg_class.reloptions":           rendered,
	"pg_class.relnatts":             derived, // also counts dropped columns
	"pg_class.relchecks":            derived,
	"pg_class.relhasindex":          derived,
	"pg_class.relhasrules":          derived,
	"pg_class.relhastriggers":       derived,
	"pg_class.relhassubclass":       derived,
	"pg_class.relpages":             contents,
	"pg_class.reltuples":            contents,
	"pg_class.relallvisible":        contents,
	"pg_class.relallfrozen":         contents, // from PostgreSQL 18 on
	"pg_class.relrewrite":           contents,
	"pg_class.relfrozenxid":         contents,
	"pg_class.relminmxid":           contents,
	"pg_attribute.attrelid":         identity,
	"pg_attribute.attnum":           rendered,
	"pg_attribute.attacl":           rendered,
	"pg_attribute.attoptions":       rendered,
	"pg_attribute.attndims":         derived, // as the column was declared; PostgreSQL does not enforce it
	"pg_attribute.attcacheoff":      derived, // up to PostgreSQL 17
	"pg_attribute.atthasmissing":    contents,
	"pg_attribute.attmissingval":    contents,
	"pg_index.indexrelid":           identity,
	"pg_index.indrelid":             identity,
	"pg_index.indkey":               rendered,
	"pg_index.indexprs":             rendered,
	"pg_index.indpred":              rendered,
	"pg_index.indcheckxmin":         contents,
	"pg_index.indisvalid":           contents,
	"pg_index.indisready":           contents,
	"pg_index.indislive":            contents,
	"pg_constraint.oid":             identity,
	"pg_constraint.connamespace":    identity,
	"pg_constraint.conrelid":        identity,
	"pg_constraint.conindid":        identity,
	"pg_constraint.conkey":          rendered,
	"pg_constraint.conbin":          rendered,
	"pg_constraint.convalidated":    contents, // all rows of the new table are checked
	"pg_statistic_ext.oid":          identity,
	"pg_statistic_ext.stxrelid":     identity,
	"pg_statistic_ext.stxnamespace": identity,
	"pg_statistic_ext.stxkeys":      rendered,
	"pg_statistic_ext.stxexprs":     rendered,
	"pg_sequence.seqrelid":          identity,
	"pg_type.oid":                   identity,
	"pg_type.typnamespace":          identity,
	"pg_type.typrelid":              identity,
	"pg_type.typacl":                rendered,
	"pg_type.typarray":              identity,
}
