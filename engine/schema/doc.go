// Package schema has the tables, roles and triggers that the engine needs, as migrations. A service
// has its own migrations in its folder migrations/, which also contains copies of the engine's
// files, for reading.
//
// Put the SQL that creates the engine's objects in this package. A service's tables belong in the
// service. Programs that only read the schema must link no code that changes a database, so package
// schema must never apply a migration.
//
// In reading order: 00001_roles.sql has the roles and their rights, 00002_log.sql the log,
// 00003_outbox.sql the outbox, 00004_append.sql the one function that appends,
// 00005_projections.sql the checkpoints, 00006_chain.sql the chain, 00007_snapshots.sql the
// snapshots of long streams, 00008_keys.sql the keys of personal data, 00009_issuers.sql the
// issuers. objects.go lists the tables, and the triggers and constraints that protect them, which a
// process checks when it starts; schema.go lists the migrations.
//
// From the first tag on, migrations only add: the code of the previous release must run on the
// schema of this one. Of the engine, a service's migrations use only the functions grant_to,
// grant_read_model, role_of and keys.erase_person.
//
// engine/schema/apply applies the migrations of the engine and of the service.
package schema
