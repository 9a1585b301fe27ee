// Package shape answers one question: are two sets of tables alike in everything that PostgreSQL's
// catalog knows? It makes tables like others, aligns what can be changed later, and names what
// differs or would be lost.
//
// The catalog belongs here. Rows do not: engine/projection/rebuild fills the new tables and puts
// them in service, and calls all of this.
//
// In reading order: unlike.go has the errors, which name what is found; immaterial.go lists the
// columns of the catalog that do not count, each with its reason; shape.go creates, aligns and
// compares. The queries are copy.sql, and those that continue parts.sql: align.sql, dependents.sql,
// differences.sql, places.sql.
//
// It has no table. It works in the transaction of its caller, whose locks protect the tables from
// changes. It must never drop anything: an object that depends on a table is named, and stays.
package shape
