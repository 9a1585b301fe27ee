// Package pg answers one question: do the connections to PostgreSQL have all the settings that the
// guarantees of this module need? The package opens pools of connections, and refuses settings that
// would break a guarantee.
//
// The package makes and configures pools. Each package below engine/pg has one subject.
// engine/pg/dsn reads a URL, and engine/pg/pooler checks what is between the program and the
// server. engine/pg/settings checks the server, engine/pg/clock checks the server's clock, and
// engine/pg/standby waits until a standby has a commit. engine/pg/role makes the roles of programs,
// engine/pg/rolerights stores the rights of roles, and engine/pg/logins checks logins.
// engine/pg/lock lets only one of several processes do some work, engine/pg/retry repeats work that
// was interrupted, engine/pg/gather lets several callers share a query, and engine/pg/failure says
// what an error means. No package below engine/pg has a table of the log or of a read model. These
// packages may know names of tables, but they import no package of this module outside engine/pg.
//
// In reading order: pool.go has the options of a pool; timeouts.go limits the time of statements
// and transactions; asked.go reads settings of the server that the pool must not replace; open.go
// makes the pool; look.go runs a check, even if the pool has no free connection; writes.go checks
// whether the server accepts writes.
//
// The package starts no goroutine and has no function Run. The package must never log a URL with a
// password.
//
// engine/schema creates the tables. Most callers of this package are in engine/process/api,
// engine/process/projector and engine/process/migrate.
package pg
