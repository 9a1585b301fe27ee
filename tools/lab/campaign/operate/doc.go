// Package operate runs commands of cmd/ops and cmd/migrate as an operator does: it repeats a
// command until the command succeeds.
package operate
