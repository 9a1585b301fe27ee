// Package settings looks at every setting of a server, a database and a login that a guarantee rests
// on, and refuses, or warns of, what would break it.
//
// A setting that the server can be asked for in one query belongs here, as a row of the one list
// in settings.go, with what to do about it; objects.go has the SQL for tables, triggers and
// constraints, whose names engine/schema hands in. Names of tables do not belong here. What takes two
// connections is engine/pg/pooler, and what a URL sets is engine/pg/dsn.
//
// It changes nothing, and has no Run: engine/process/api and engine/process/projector call Start when they
// start, and Check with each look at readiness. It must never be skipped because a server is slow.
package settings
