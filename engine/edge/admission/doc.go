// Package admission limits the requests of one client and of all clients together: how many
// requests run at the same time (Gate), how many requests of one client run at the same time
// (Shares), and how many requests a client sends per second (Rates).
//
// Package admission counts requests. engine/edge/queue makes requests wait. Package admission
// must never choose a status code and never read the content of a request. Package admission
// knows subjects and addresses only as names. The only HTTP header that package admission reads
// is X-Forwarded-For, which has the address of a request (Limits).
//
// In reading order: limits.go finds the address of a request, also behind trusted proxies;
// gate.go counts the running requests; shares.go limits the running requests of one client, and
// rates.go its requests per second; turnedaway.go has a metric of the requests that were refused
// because of a limit.
//
// All types are safe for concurrent use, have their counts in memory, and need no Run.
// engine/edge/access, engine/edge/turn and engine/edge/waiting use them.
package admission
