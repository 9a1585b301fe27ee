// Package caller talks to an API over the network as a client does, for tests of whole programs:
// each answer is held to the contract.
//
// Sending requests and looking at answers belongs here, in caller.go. Starting what answers does not:
// that is engine/enginetest/programs. What the contract allows is engine/enginetest/contracttest's.
// The package must never know a route of one service.
package caller
