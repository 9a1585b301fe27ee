// Package queue makes requests wait for a slot, which a request needs to run, and refuses
// requests that get no slot in time. Package queue decides which request gets the next slot, and
// whether the queue is overloaded: whether more requests arrive than can be executed.
//
// Package queue decides the order of requests and how long they wait. Package queue must never
// read the content of a request, nor choose its answer. engine/edge/admission counts the slots
// of one client.
//
// In reading order: standing.go decides when waiting times are so long that a queue is
// overloaded; queue.go has Queue.
//
// A Queue is safe for concurrent use, has all its data in memory, and needs no Run: when a
// request is done, the next one starts. engine/edge/turn calls package queue.
//
// The idea to judge a queue by its shortest delay during an interval is from CoDel (K. Nichols,
// V. Jacobson, "Controlling Queue Delay", ACM Queue 10(5), 2012). The two waiting times and the
// newest-first order are from Facebook (B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015).
// Queue differs from both in two ways: the waiting time under overload is longer than a few
// milliseconds, and a refused request gets its answer only after another two times queueTime.
// This delay limits the number of refusals per second, because clients send again as soon as
// they are refused, and refusals cost time.
package queue
