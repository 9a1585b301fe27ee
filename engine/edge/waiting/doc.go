// Package waiting makes reads wait for a state that they must reflect, such as a Min-Position.
// The number of waiting reads has its own limits, and a read has no slot while it waits.
//
// Package waiting limits the waiting reads, and returns the error for a read that has waited in
// vain. engine/process/api passes the function that knows the position of a read model. A read
// that waits must never use a slot, however long it waits.
//
// In reading order: waiting.go has Waits, which limits all waits; min_position.go waits for a
// position.
//
// All types are safe for concurrent use and need no Run. engine/edge calls package waiting for
// an operation, and engine/edge/epoch calls it for an epoch; engine/edge/turn has the slots.
package waiting
