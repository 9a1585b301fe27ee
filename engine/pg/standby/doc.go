// Package standby has the SQL by which a transaction waits for the required standby, and notices
// where a COMMIT has not waited (docs/decisions/0013).
//
// The proof that a commit would survive a promotion belongs here, all in standby.go. Whether the
// server takes writes at all is writes.go of engine/pg.
//
// It runs nothing. The result of a COMMIT must never be told before Check has looked at its
// connection, which only a pool of engine/pg has listened to.
package standby
