// Package admission bounds what one client, and all of them, may send: how many at once (Gate), how
// many of one client (Shares), and how many a second (Rates).
//
// Counting requests belongs here. Having them wait does not: that is engine/edge/queue. A status
// code does not, nor what a request asks for: the package must never choose the one or look at the
// other. It knows subjects and addresses by their names alone, and nothing of HTTP but where a
// request comes from (Limits).
//
// In reading order: limits.go says which address a request is from, behind trusted proxies;
// gate.go counts those inside; shares.go bounds one client's part of all, and rates.go its requests
// a second; turnedaway.go counts, for operators, those that a bound has turned away.
//
// All types may be used by many goroutines, keep what they count in memory, and need no Run. The
// callers are engine/edge/access, engine/edge/turn and engine/edge/waiting.
package admission
