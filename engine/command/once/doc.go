// Package once answers one question: how does a command under an idempotency key take effect once,
// and get its first answer again?
//
// The keys that this process works on belong here, and the answer to a request whose key has one
// already. Storing answers does not: the log's append does that, and decides which of several
// processes was first (docs/decisions/0006). Looking them up is a step of engine/command and
// engine/command/group, which know when.
//
// once.go is its one file. It has no table and no goroutine; Keys may be used by many. It must
// never answer a request with the answer to another one: the fingerprints of the requests are
// compared.
package once
