// Package pg answers one question: can the guarantees rest on this connection to PostgreSQL? It
// opens pools, and refuses settings that would break a promise.
//
// The parts of a pool belong here. The packages below have one subject each: engine/pg/dsn reads a
// URL, engine/pg/pooler checks what is between the program and the server, engine/pg/settings the
// server and engine/pg/clock its clock, engine/pg/standby commits; engine/pg/role makes the roles
// of programs, engine/pg/rolerights keeps their rights and engine/pg/logins checks logins; with
// engine/pg/lock processes share work, with engine/pg/gather questions share a round trip, and
// engine/pg/failure says what an error means. A table of the log or of a read model does not belong
// in any: they know names at most, and import no other package of this module.
//
// In reading order: pool.go has the options of a pool, timeouts.go bounds what its sessions do,
// asked.go takes over what the server has set, open.go makes the pool. look.go runs one query
// within bounds, and writes.go checks whether the server takes writes.
//
// Nothing starts by itself, and nothing has a Run. It must never log a URL with a password.
//
// The tables are in engine/schema; engine/process/api, engine/process/projector and
// engine/process/migrate call most of this.
package pg
