// Package once answers one question: how does a command under an idempotency key take effect once, and
// get its first answer again?
//
// Keys that this process works on belong here, and what an answer that a key has already says to a
// request that brings the key again. Storing answers does not: that is the log's append, which
// decides between processes who was first (docs/decisions/0006). Looking them up is a step of
// engine/command and engine/command/group, which know when.
//
// once.go is its one file. It has no table and no goroutine; Keys may be used by many. It must never
// answer a request with the answer to another one: their fingerprints are compared.
package once
