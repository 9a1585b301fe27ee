// Package apply applies the migrations with goose: first the engine's Part, then the service's
// Part. The database has a table for each Part that lists its applied migrations.
//
// Put calls of goose in apply.go. The SQL belongs in engine/schema and a service's migrations/.
// Only engine/process/migrate and tests (engine/enginetest/testdb) may import package apply: a
// program that serves requests must never import package apply.
package apply
