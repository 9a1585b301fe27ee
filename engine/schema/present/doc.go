// Package present checks whether a database has the tables that a program needs, and whether
// migrations may be applied to a database.
//
// The package checks which migrations were applied, and who owns the tables. The engine's
// migrations and their numbers are in engine/schema; a service's own migrations are in migrations/;
// engine/schema/apply applies both.
//
// In reading order: versions.go finds missing migrations, and migrations of a version before the
// first release; owner.go has checks for the program that applies migrations.
//
// Package present must never change the database. The callers are engine/process/api,
// engine/process/projector, engine/process/ops and engine/process/migrate.
package present
