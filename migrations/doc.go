// Package migrations has the migrations of the service, in the order in which they are applied. The
// folder engine has copies of the engine's migrations, for readers; engine/schema/apply applies the
// originals, before the service's own *.sql. The package must never apply migrations: cmd/migrate
// applies them, and the other programs only check whether they are applied.
//
// From the first tag on, a migration only adds objects, because the code of the previous release
// must run on the schema of this release. A service's migrations use only these functions of the
// engine: grant_to, grant_read_model, role_of, start_workflow and keys.erase_person.
//
// The engine's migrations are numbered from 1 on, and the sample's first migration has the number
// 1. Every other migration of a service has as its number the time at which it was written, like
// 20261125093000. So two branches never use the same number. A migration may arrive late, from
// another branch or with a fix of the engine. It is then applied after the migrations that are
// already applied.
//
// The migration of a table that the service reads or writes belongs here. The tables of the log, the
// outbox and the checkpoints belong in engine/schema. engine/schema/apply applies all migrations.
package migrations
