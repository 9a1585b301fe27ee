// Package conform holds a request to the contract, in three steps between which others stand: it finds
// the operation of the route, receives the body, and checks the whole.
//
// The steps belong here, all of them in conform.go. What the contract asks for does not: that is
// engine/edge/contract. A step must never be left out, nor look at what an operation does.
//
// It has no state and may be used by many goroutines. The caller is engine/edge; what a step finds is
// in engine/edge/request for those behind it.
package conform
