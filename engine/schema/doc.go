// Package schema has the migrations that create the tables, roles and triggers of the engine. A
// service has its own migrations in its folder migrations/. This folder also contains copies of the
// engine's migrations, only for people to read.
//
// All SQL that creates database objects of the engine is in this package. A service's migrations
// create its tables. Package schema must never apply a migration. Programs that only check the
// schema import package schema, and must not contain code that changes the database schema.
//
// In reading order: 00001_roles.sql has the roles and their rights, 00002_log.sql the log,
// 00003_outbox.sql the outbox, 00004_append.sql the functions that append, 00005_projections.sql
// the checkpoints, 00006_chain.sql the chain, 00007_snapshots.sql the snapshots of long streams,
// 00008_keys.sql the keys of personal data, 00009_issuers.sql the issuers, 00010_tags.sql the tags
// of events, 00011_unique.sql the unique values, 00012_workflows.sql the workflows. objects.go
// lists the tables with their triggers and constraints; a process that starts checks that the
// database has them. schema.go lists the migrations.
//
// After the first release, migrations may only add objects: the programs of the previous release
// must still work with the schema of this release. A service's migrations may call only these SQL
// functions of the engine: grant_to, grant_read_model, role_of, start_workflow and
// keys.erase_person.
//
// engine/schema/apply applies the migrations of the engine and of the service.
package schema
