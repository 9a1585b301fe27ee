// Package settings checks every setting of a server, a database and a login on which a guarantee
// rests, and refuses, or warns of, one that would break it.
//
// A setting that the server returns in one query belongs here, as a row of the one list in
// settings.go, with what to do about it; objects.go has the SQL for tables, triggers and
// constraints, whose names engine/schema passes. Names of tables do not belong here. A check that
// needs two connections is engine/pg/pooler, and the parameters of a URL are engine/pg/dsn.
//
// It changes nothing, and has no Run: engine/process/api and engine/process/projector call Start
// when they start, and Check with each look at readiness. It must never be skipped because a server
// is slow.
package settings
