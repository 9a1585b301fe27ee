// Package conform compares a request with the contract, in three steps between which other handlers
// stand: it finds the operation of the route, receives the body, and checks the whole.
//
// The steps belong here, all of them in conform.go. The requirements of the contract do not: they
// are engine/edge/contract. No step may be left out, and a step must never depend on what an
// operation does.
//
// It has no state and may be used by many goroutines. The caller is engine/edge; each step leaves
// what it finds in engine/edge/request for the handlers after it.
package conform
