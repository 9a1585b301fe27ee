// Package admission decides whether a request may run now, waits for its turn, or is turned away:
// by how many run (Queue, Gate), by how many of one client do (Shares), and by how many it sends a
// second (Rates).
//
// Counting requests and ordering them belongs here. A status code does not, nor what a request
// asks for: the package must never choose the one or look at the other. It knows subjects and
// addresses by their names alone, and nothing of HTTP but where a request comes from (Limits).
//
// In reading order: limits.go says which address a request is from, behind trusted proxies;
// gate.go counts those inside; queue.go has requests wait, and standing.go says when waits are so
// long that it is overloaded; shares.go bounds one client's part of all, and rates.go its requests
// a second.
//
// All types may be used by many goroutines, keep what they count in memory, and need no Run. The
// caller is engine/edge.
package admission
