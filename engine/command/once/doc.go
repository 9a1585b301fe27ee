// Package once answers one question: how does a command with an idempotency key take effect only
// once, and how does a retry get the first answer?
//
// Package once remembers the keys of the commands that run in this process, and returns the stored
// answer to a request whose key already has an answer. The append of a command stores its answer in
// the database. If several processes execute commands with the same key, the first append takes
// effect, and the other appends fail (docs/decisions/0006). engine/command and engine/command/group
// look up the answers.
//
// All code is in once.go. Package once has no table and no goroutine; Keys is safe for concurrent
// use. Package once must never answer a request with the stored answer to a different request;
// therefore it compares the fingerprints of the two requests.
package once
