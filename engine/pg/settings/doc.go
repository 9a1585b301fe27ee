// Package settings checks every setting of a server, a database and a login on which a guarantee
// rests. The package refuses a value that would break the guarantee; if the operator has accepted
// such a value, the package logs the value.
//
// Put a setting that the server returns in one query here, as a row of the list in settings.go,
// with what an operator can do about it. objects.go has the SQL for tables, triggers and
// constraints; engine/schema passes the names of these objects, so that this package has no names
// of tables. engine/pg/pooler makes the checks that need two connections, and engine/pg/dsn checks
// the parameters of a URL.
//
// The package changes nothing, and has no Run: engine/process/api and engine/process/projector call
// Start when they start, and Check at each check of readiness. The checks must never be skipped
// because a server is slow.
package settings
