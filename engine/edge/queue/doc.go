// Package queue makes requests wait for a place to run in, and refuses those that get none in time.
// It decides which request goes next, and whether a queue holds a burst or is overloaded: more
// comes in than can be done.
//
// The order of turns and the time to wait belong here. A request's content and its answer do not:
// the package must never look at the one or choose the other. engine/edge/admission counts a
// client's share of the places.
//
// In reading order: standing.go says when waits are so long that a queue is overloaded; queue.go
// has Queue.
//
// A Queue may be used by many goroutines, keeps everything in memory, and needs no Run: a request
// that leaves calls the next. The caller is engine/edge/turn.
package queue
