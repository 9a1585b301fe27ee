// Package present answers one question: is the schema that a program needs there, and in a database
// that can hold it?
//
// Looks at the lists of migrations and at who owns them belong here. Which migrations there are does not: that is
// engine/schema, which hands their numbers in; nor does applying them, which is engine/schema/apply.
//
// In reading order: versions.go finds migrations that a database lacks, and those of an unreleased version;
// owner.go is for who migrates.
//
// It must never change anything. The callers are engine/process/api, engine/process/projector, engine/process/ops and
// engine/process/migrate.
package present
