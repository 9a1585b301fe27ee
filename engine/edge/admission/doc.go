// Package admission bounds what one client, and all clients together, may send: how many requests
// at once (Gate), how many of one client at once (Shares), and how many per second (Rates).
//
// Counting requests belongs here. Making them wait does not: that is engine/edge/queue. Neither
// does a status code or the content of a request: this package must never choose the one or read
// the other. It knows subjects and addresses by their names alone, and nothing about HTTP but where
// a request comes from (Limits).
//
// In reading order: limits.go finds the address that a request is from, behind trusted proxies;
// gate.go counts the requests inside; shares.go bounds one client's part of them, and rates.go its
// requests per second; turnedaway.go counts, for operators, the requests that a bound has turned
// away.
//
// All types may be used by many goroutines, keep their counts in memory, and need no Run. The
// callers are engine/edge/access, engine/edge/turn and engine/edge/waiting.
package admission
