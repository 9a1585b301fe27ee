// Package connlimit bounds the open connections of a server, of all and of one address: at the bound a
// quiet one gives way, and where all are at work the newcomer is turned away.
//
// Counting connections and choosing among them belong here. Requests do not: those are bounded by
// engine/edge/admission. The server is engine/process.
//
// In reading order: limiter.go joins a Limiter to a server, admit.go decides about a newcomer,
// surplus.go turns one away, connections.go counts and knows which are quiet, backlog_linux.go asks the
// kernel how long one has waited.
//
// It has no Run. It must never close a connection with a request that runs.
package connlimit
