// Package gather lets callers that ask at the same time share one query.
//
// The package makes callers wait, and distributes the answers, all in gather.go. The package has no
// SQL: each user passes its own query, for example engine/personal.
//
// A Gather is safe for concurrent use, and has no Run. A Gather must never answer from a query that
// began before the question was asked.
package gather
