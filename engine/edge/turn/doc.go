// Package turn gives a request a place to run in: a number of commands and a number of queries run
// at once, others wait for a place, and those that get none in time are refused.
//
// Choosing the queue of a request, taking a place and giving it back belong here, all of it in
// turn.go. The order of turns does not: that is engine/edge/queue. Only work may take up a place:
// no check of a token, no body that is still arriving, no answer that is being written.
//
// Turns may be used by many goroutines and needs no Run. The callers are engine/edge, and
// engine/edge/waiting for reads that leave their place while they wait.
package turn
