// Package standby has the SQL by which a transaction waits for the required standby, and notices a
// COMMIT that has not waited (docs/decisions/0013).
//
// The proof that a commit would survive a promotion belongs here, all in standby.go. Whether the
// server takes writes at all is writes.go of engine/pg.
//
// It runs nothing. The result of a COMMIT must never be reported before Check has looked at its
// connection, which must come from a pool of engine/pg.
package standby
