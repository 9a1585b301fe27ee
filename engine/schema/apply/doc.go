// Package apply answers one question: how does a database get the newest schema? It applies the
// schema with goose, first the engine's part, then a service's own. Each part has a list of its own
// in the database.
//
// Calls of goose belong here, all in apply.go. SQL does not: that is engine/schema and a service's
// migrations/. It is for engine/process/migrate, which gets its function, and for tests
// (engine/enginetest/testdb): a program that serves must never import it.
package apply
