// Package shape compares two sets of tables by everything that PostgreSQL's catalog has about them.
// Package shape also creates tables like existing tables, and copies properties that can be changed
// after the creation. Package shape reports remaining differences, and objects that would be lost
// with the old tables.
//
// Code that reads the catalog to compare or copy tables belongs in this package. Code that fills or
// switches the new tables belongs in engine/projection/rebuild, which calls this package.
//
// In reading order: unlike.go has the errors, which name what was found; immaterial.go lists the
// columns of the catalog that may differ, each with its reason; shape.go creates, aligns and
// compares. copy.sql is a complete query; align.sql, dependents.sql, differences.sql and places.sql
// continue the query that parts.sql begins.
//
// Package shape has no table. Package shape works in the transaction of its caller. The locks of
// this transaction protect the tables from changes. Package shape must never drop anything: if an
// object depends on a table, package shape returns an error that names the object.
package shape
