// Package turn gives each request an execution slot. The number of slots for commands and the
// number for queries are limited. Other requests wait for a slot, and are refused if they get no
// slot in time.
//
// Package turn, in turn.go, chooses the queue of a request (commands or queries), gets a slot for
// the request, and frees the slot. engine/edge/queue decides the order of requests. A request must
// use a slot only while it is executed. It must use no slot while its token is checked, while its
// body arrives, or while its answer is written.
//
// Turns is safe for concurrent use and starts no goroutine. engine/edge calls package turn for each
// request. engine/edge/waiting calls package turn for a read that frees its slot while it waits.
package turn
