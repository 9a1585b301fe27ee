// Package shape compares two sets of tables in everything that PostgreSQL's catalog knows. Package
// shape creates tables like existing ones, aligns properties that can be changed later, and names
// differences and objects that would be lost.
//
// Put work with the catalog in this package. Code that fills or switches the new tables belongs in
// engine/projection/rebuild, which calls this package.
//
// In reading order: unlike.go has the errors, which name what was found; immaterial.go lists the
// columns of the catalog that may differ, each with its reason; shape.go creates, aligns and
// compares. The queries are copy.sql, and those that continue parts.sql: align.sql, dependents.sql,
// differences.sql, places.sql.
//
// Package shape has no table. Package shape works in the transaction of its caller, whose locks
// protect the tables from changes. Package shape must never drop anything: it names an object that
// depends on a table, and leaves it.
package shape
