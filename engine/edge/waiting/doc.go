// Package waiting makes reads wait for what they must reflect, such as a Min-Position. The waits
// have bounds of their own, and a read has no place among the queries while it waits.
//
// Bounding the waits, and answering a read that has waited in vain, belong here. Following the read
// models does not: that is a function which engine/process/api hands in. A read that waits, however
// long, must never take a place from one that does not.
//
// In reading order: waiting.go has Waits, which bounds any wait; min_position.go waits for a
// position.
//
// All of it may be used by many goroutines and needs no Run. The callers are engine/edge, for an
// operation, and engine/edge/epoch; the places are engine/edge/turn.
package waiting
