// Package settings checks each setting of a server, a database or a login on which a guarantee
// depends. The package refuses a value that would break the guarantee. If the operator has accepted
// such values, the package logs them instead of refusing them.
//
// If one query can read a setting from the server, the check of this setting belongs in this
// package. Such a check is a row of the list in settings.go, with advice for the operator.
// objects.go has the SQL for tables, triggers and constraints. engine/schema passes the names of
// these objects, so that this package contains no names of tables. Checks that need two connections
// belong in engine/pg/pooler, and checks of a URL's parameters belong in engine/pg/dsn.
//
// The package changes nothing, and has no function Run: engine/process/api and
// engine/process/projector call Start once, and Check at each check of readiness. Even if a server
// is slow, the checks must never be skipped.
package settings
