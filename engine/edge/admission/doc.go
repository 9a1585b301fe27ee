// Package admission has three limits for requests. Gate limits how many requests of all clients run
// at the same time, and Shares does the same for the requests of one client. Rates limits how many
// requests one client sends per second.
//
// Package admission only counts requests; engine/edge/queue makes requests wait. Package admission
// must never choose the status code of an answer, nor read the content of a request. A request is
// counted under the address of its client. If the request's token is valid, the request is also
// counted under the subject of the token. Package admission reads only one HTTP header:
// X-Forwarded-For, in which trusted proxies pass the address of a client.
//
// In reading order: limits.go finds the client address of a request, even behind trusted proxies;
// gate.go counts the running requests of all clients; shares.go limits the running requests of each
// client; rates.go limits the requests per second of each client; turnedaway.go counts the refused
// requests in a metric.
//
// All types are safe for concurrent use, store their counts in memory, and start no goroutine.
// engine/edge/access, engine/edge/turn and engine/edge/waiting use the types.
package admission
