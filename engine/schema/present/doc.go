// Package present checks whether a database has the schema that a program needs, and whether the
// database can store it.
//
// Put checks of the applied migrations and of their owner in this package. The migrations belong in
// engine/schema, which passes their numbers; engine/schema/apply applies them.
//
// In reading order: versions.go finds migrations that a database lacks, and migrations of an
// unreleased version; owner.go has checks for the program that migrates.
//
// Package present must never change anything. The callers are engine/process/api,
// engine/process/projector, engine/process/ops and engine/process/migrate.
package present
