// Package pg answers one question: is this connection to PostgreSQL one that the guarantees
// can rest on? It opens pools, and refuses what would break a promise.
//
// The parts of a pool belong here. The packages below have an idea each: engine/pg/dsn reads
// a URL, engine/pg/pooler looks at what is between us and the server, engine/pg/settings at the
// server and engine/pg/clock at its clock, engine/pg/standby at commits; engine/pg/role makes the roles
// of programs, engine/pg/rolerights keeps their rights and engine/pg/logins admits logins;
// engine/pg/lock has processes share work, engine/pg/gather has questions share a round trip, and
// engine/pg/failure says what an error means. A table of the log or of a read model does not belong
// in any: they know names at most, and import nothing else of ours.
//
// In reading order: pool.go says what can be asked of a pool, timeouts.go bounds what its sessions
// do, asked.go takes over what the server has set, open.go makes the pool. look.go asks one question
// within bounds, and writes.go whether the server takes writes.
//
// Nothing starts by itself, and nothing has a Run. It must never log a URL with a password.
//
// The tables are in engine/schema; engine/process/api, engine/process/projector and engine/process/migrate
// call most of this.
package pg
