// Package caller sends requests to an API over the network as a client does, for tests of whole
// programs. Package caller compares each answer with the contract.
//
// Put code that sends requests and reads answers in caller.go. The programs are started by
// engine/enginetest/programs. The rules of the contract belong in engine/enginetest/contracttest.
// Package caller must never name a route of one service.
package caller
