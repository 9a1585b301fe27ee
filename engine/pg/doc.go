// Package pg answers one question: is this connection to PostgreSQL one that the guarantees
// can rest on? It opens pools, refuses what would break a promise, and has the session locks by
// which processes share work.
//
// Facts about PostgreSQL that no other package should have to know belong here: settings, roles,
// poolers, standbys, SQLSTATEs, locks. A table of the log or of a read model does not: the package
// knows names (Objects) at most, and imports nothing of ours.
//
// Opening, in reading order: database.go makes a pool, with the bounds of timeouts.go, the
// durability of commits.go and the search path of path.go. Looking: settings.go and clock.go
// refuse a server by which guarantees would not hold, locks.go and pooler.go a pooler that shares
// sessions, schema.go a schema of another release, rights.go and logins.go a login that may too
// much or too little, writes.go and standby.go a server that can't commit. Making: role.go and
// rolerights.go make the roles (docs/decisions/0015). Working: hold.go runs something under a
// session lock that can be lost (docs/decisions/0002), holders.go says which process has it,
// gather.go has questions by key share round trips, look.go asks one question within bounds.
// sqlstate.go and hint.go say what an error means.
//
// Clock.Run must run where its check is used; nothing else starts by itself. It must never log a
// URL with a password.
//
// The tables are in engine/schema; engine/process/api, engine/process/projector and engine/process/migrate
// call most of this.
package pg
