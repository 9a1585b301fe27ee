// Package queue has requests wait for their turn, and tells those that have none in time: it decides
// who goes next, and whether a queue holds a burst or more comes in than can be done.
//
// The order of turns and the time to wait belong here. What a request is, and what it is answered,
// does not: the package must never look at the one or choose the other. A client's part of the
// places is counted by engine/edge/admission.
//
// In reading order: standing.go says when waits are so long that a queue is overloaded; queue.go has
// Queue.
//
// A Queue may be used by many goroutines, keeps everything in memory, and needs no Run: who leaves
// calls the next. The caller is engine/edge/turn.
package queue
