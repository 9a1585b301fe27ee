// Package migrations holds the whole schema, in the order in which it is applied: first the engine's part, engine/*.sql,
// which are copies to read of what engine/schema brings and applies, then the service's own, *.sql. It must never
// apply anything: cmd/migrate does, and the other programs only look.
//
// Migrations only add, from the first tag on: the code of the release before must run on the schema of
// this one. A service's migrations refer to nothing of the engine but grant_to, grant_read_model,
// role_of and keys.erase_person.
//
// The engine's and the sample's have numbers from 1 on. Those of a service that was made of
// this template have the time at which they were written, like 20261125093000, so that two
// branches never take the same one. A migration that comes late, from another branch or with
// a fix of the engine's, is applied after those that are there.
//
// A table that the service reads or writes belongs here. The engine's part of the same idea is engine/schema, which
// holds the files of the log, the outbox and the checkpoints, and engine/schema/apply, which applies all of them.
package migrations
