// Package gather lets callers that ask the database at the same time share one query.
//
// The code that makes callers wait and distributes the answers is in gather.go. The package has no
// SQL: each package that uses it, such as engine/personal, passes its own query.
//
// A Gather is safe for concurrent use, and has no function Run. A Gather must never answer a
// question from a query that began before the question was asked.
package gather
