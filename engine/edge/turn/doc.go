// Package turn gives each request a slot, which the request needs to run. A limited number of
// commands and of queries run at the same time, others wait for a slot, and requests that get no
// slot in time are refused.
//
// Package turn, in turn.go, chooses the queue of a request, gets a slot for the request and
// gives it back. engine/edge/queue decides the order of requests. A request must have a slot
// only while it is executed: not while its token is checked, not while its body arrives, and not
// while its answer is written.
//
// Turns is safe for concurrent use and needs no Run. engine/edge calls it, and so does
// engine/edge/waiting, for reads that give their slot back while they wait.
package turn
