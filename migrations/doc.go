// Package migrations holds the whole schema, in the order in which it is applied. The engine's part
// comes first: engine/*.sql, which are copies, for readers, of the files that engine/schema
// applies. Then comes the service's own part: *.sql. It must never apply anything: cmd/migrate
// does, and the other programs only check.
//
// From the first tag on, migrations only add: the code of the previous release must run on the
// schema of this one. A service's migrations use nothing of the engine but grant_to,
// grant_read_model, role_of and keys.erase_person.
//
// The engine's migrations and the sample's are numbered from 1 on. The migrations of a service that
// was made from this template are numbered by the time at which they were written, like
// 20261125093000. So two branches never use the same number. A migration that arrives late, from
// another branch or with a fix of the engine, is applied after those that are already applied.
//
// A table that the service reads or writes belongs here. The same idea is in the engine's part:
// engine/schema holds the files of the log, the outbox and the checkpoints, and engine/schema/apply
// applies all of them.
package migrations
