// Package present answers one question: does the schema that a program needs exist, in a database
// that can hold it?
//
// Checks of the lists of migrations and of their owner belong here. The migrations do not:
// engine/schema has them, and passes their numbers; nor does applying them, which is
// engine/schema/apply.
//
// In reading order: versions.go finds migrations that a database lacks, and those of an unreleased
// version; owner.go is for the program that migrates.
//
// It must never change anything. The callers are engine/process/api, engine/process/projector,
// engine/process/ops and engine/process/migrate.
package present
