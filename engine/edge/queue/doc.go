// Package queue limits how many requests run at the same time. A request needs a slot to run. If no
// slot is free, the request waits, and is refused if it gets no slot in time. Package queue decides
// which request gets the next slot, and whether the queue is overloaded: whether more requests
// arrive than can be executed.
//
// Package queue decides the order of the requests, and how long each request may wait. Package
// queue must never read the content of a request, nor choose the answer to a refused request.
// engine/edge/admission counts the slots of each client.
//
// In reading order: verdict.go has the verdicts; standing.go detects overload by the waiting
// times; queue.go has Queue.
//
// A Queue is safe for concurrent use, and has all its data in memory. A Queue needs no goroutine of
// its own: the goroutine of a request that is done gives the slot to a waiting request.
// engine/edge/turn calls package queue.
//
// Queue uses two known algorithms. It detects an overload by the shortest delay during an interval,
// as CoDel does (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 10, 2012). Under
// overload it shortens the waiting time and serves the newest request first, as Facebook does
// (Maurer, "Fail at Scale", ACM Queue 13, 2015). Under overload, Queue differs from both
// algorithms: it allows a longer wait than the few milliseconds of these algorithms, and it delays
// the answer to a refused request by two times queueTime. This delay limits the number of refusals
// per second: a client may send again as soon as it is refused, and each refusal costs processor
// time.
package queue
