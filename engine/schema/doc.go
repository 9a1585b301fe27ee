// Package schema answers one question: which tables, roles and triggers does the engine need? It
// has the engine's part of the schema as migrations. A service has a part of its own beside it, in
// its migrations/, where copies of these files are for reading.
//
// The SQL that makes the engine's objects belongs here. Applying it does not, nor does a service's
// table: programs that only read the schema must link no code that changes a database, so this
// package must never apply anything.
//
// In reading order: 00001_roles.sql has the roles and their rights, 00002_log.sql the log,
// 00003_outbox.sql the outbox, 00004_append.sql the one function that appends,
// 00005_projections.sql the positions of readers, 00006_chain.sql the chain, 00007_snapshots.sql
// states of long streams, 00008_keys.sql the keys of personal data, 00009_issuers.sql the issuers.
// objects.go lists the tables and the triggers and constraints that guard them, which a process
// checks when it starts; schema.go lists the migrations.
//
// Migrations only add, from the first tag on: the code of the previous release must run on the
// schema of this one. A service's migrations use nothing of the engine but grant_to,
// grant_read_model, role_of and keys.erase_person.
//
// engine/schema/apply applies both parts.
package schema
