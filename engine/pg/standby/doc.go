// Package standby has the SQL by which a transaction waits for the required standby, and notices a
// COMMIT that has not waited (docs/decisions/0013).
//
// The package proves that a commit would survive a promotion, all in standby.go. The file
// writes.go of engine/pg checks whether the server accepts writes at all.
//
// The package starts nothing. The result of a COMMIT must never be reported before Check has
// checked the connection of the COMMIT, and this connection must come from a pool of engine/pg.
package standby
