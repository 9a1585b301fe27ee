// Package connlimit limits the open connections of a server, in total and per address. At a limit,
// the Limiter closes a quiet connection to make room for a new one. If no connection is quiet, the
// Limiter refuses the new connection.
//
// Code that counts connections, or chooses which connection to close, belongs in this package. The
// limits on requests belong in engine/edge/admission, and the server belongs in engine/process.
//
// In reading order: limiter.go connects a Limiter to a server, admit.go decides whether a new
// connection is accepted, surplus.go refuses a connection, connections.go counts connections and
// knows which are quiet, backlog_linux.go asks the kernel how long a connection has waited.
//
// Package connlimit has no function Run. Package connlimit must never close a connection with a
// running request.
package connlimit
