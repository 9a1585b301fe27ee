// Package once answers one question: how does a command with an idempotency key take effect
// once, and how does a retry get the first answer?
//
// Package once has the keys of the commands that run in this process, and makes the answer to a
// request whose key already has an answer. The append stores the answers in the log, and
// determines which of several processes was first (docs/decisions/0006). engine/command and
// engine/command/group look up the answers.
//
// All code is in once.go. Package once has no table and no goroutine; Keys is safe for
// concurrent use. Package once must never answer a request with the answer to another request,
// so it compares the fingerprints of the requests.
package once
