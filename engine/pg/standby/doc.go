// Package standby has the SQL with which a transaction waits for the required standby. Package
// standby also detects a COMMIT that did not wait (docs/decisions/0013).
//
// The code in standby.go proves that a commit would survive a promotion of the standby. The file
// writes.go of engine/pg checks whether the server accepts writes at all.
//
// The package starts no goroutine. A program must never report the result of a COMMIT before Check
// has checked the connection of this COMMIT. The connection must come from a pool of engine/pg.
package standby
