// Package waiting has reads wait for what they must reflect, such as a Min-Position: under bounds of
// their own, and without the place among the queries that they have before and after.
//
// How many wait, and what a read is answered that has waited for nothing, belong here. Following the
// read models does not: that is a function which engine/process/api hands in. A read that waits, for
// however long, must never take a place from one that does not.
//
// In reading order: waiting.go has Waits, which bounds any wait; min_position.go waits for a position.
//
// All of it may be used by many goroutines and needs no Run. The callers are engine/edge, for an
// operation, and engine/edge/epoch; the turns are engine/edge/turn.
package waiting
