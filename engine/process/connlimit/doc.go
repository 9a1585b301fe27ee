// Package connlimit bounds the open connections of a server, of all addresses and of one: at the
// bound a quiet connection gives way, and if all are at work the new one is turned away.
//
// Counting connections and choosing among them belong here. Requests do not: engine/edge/admission
// bounds those. The server is engine/process.
//
// In reading order: limiter.go joins a Limiter to a server, admit.go decides about a new
// connection, surplus.go turns one away, connections.go counts and knows which are quiet,
// backlog_linux.go asks the kernel how long one has waited.
//
// It has no Run. It must never close a connection with a running request.
package connlimit
