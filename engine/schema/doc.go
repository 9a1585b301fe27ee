// Package schema answers one question: which tables, roles and triggers does the engine need? It
// holds the engine's part of the schema as migrations. A service has a part of its own beside it,
// in its migrations/, where copies of these files are for reading.
//
// The SQL that makes what the engine stands on belongs here. Applying it does not, nor does a
// service's table: programs that only look must link nothing that changes a database, so this
// package must never apply anything.
//
// In reading order: 00001_roles.sql has the roles and their rights, 00002_log.sql the log,
// 00003_outbox.sql what goes out of it, 00004_append.sql the one function that appends,
// 00005_projections.sql how far readers are, 00006_chain.sql the chain, 00007_snapshots.sql states
// of long streams, 00008_keys.sql the keys of personal data, 00009_issuers.sql the issuers.
// objects.go lists the tables and what guards them, which a process looks at when it starts;
// schema.go tells which migrations there are.
//
// Migrations only add, from the first tag on: the code of the release before must run on the
// schema of this one. A service's migrations refer to nothing of the engine but grant_to,
// grant_read_model, role_of and keys.erase_person.
//
// Both parts are applied by engine/schema/apply.
package schema
