// Package turn gives a request its turn: so many commands and so many queries run at once, others wait
// for a place, and those that have none in time are told so.
//
// Which queue a request stands in, when it has a place and when it gives it back belong here, all of
// it in turn.go. The order of turns does not: that is engine/edge/queue. Nothing may run in a place
// but work: no check of a token, no body that is still to come, no answer that is being written.
//
// Turns may be used by many goroutines and needs no Run. The callers are engine/edge, and
// engine/edge/waiting for reads that leave their place while they wait.
package turn
