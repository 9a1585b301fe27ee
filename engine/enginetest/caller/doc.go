// Package caller talks to an API over the network as a client does, for tests of whole programs. It
// compares each answer with the contract.
//
// Sending requests and reading answers belongs here, in caller.go. Starting the programs does not:
// that is engine/enginetest/programs. The contract's rules are engine/enginetest/contracttest. The
// package must never know a route of one service.
package caller
