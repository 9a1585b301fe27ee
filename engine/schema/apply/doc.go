// Package apply applies the migrations with goose: first the engine's migrations, then the
// migrations of River (the job queue), and last the service's migrations. The engine's migrations
// are one Part, and the service's migrations are another Part. For each of the three sequences, the
// database has a table that lists the applied migrations.
//
// All calls of goose are in this package: apply.go applies all Parts, jobs.go has the migrations of
// River, the job queue, and part.go applies one Part. The SQL belongs in engine/schema and in a
// service's folder migrations/. Only engine/process/migrate and tests (engine/enginetest/testdb)
// may import package apply. A program that serves requests must never import package apply.
package apply
