// Package connlimit limits the open connections of a server, in total and per address: at the limit
// the Limiter closes a quiet connection for a new one, or refuses the new one if none is quiet.
//
// Put code that counts connections and chooses among them in this package. The limits on requests
// belong in engine/edge/admission, the server is in engine/process.
//
// In reading order: limiter.go joins a Limiter to a server, admit.go decides about a new
// connection, surplus.go refuses a connection, connections.go counts connections and knows which
// are quiet, backlog_linux.go asks the kernel how long a connection has waited.
//
// Package connlimit has no Run. Package connlimit must never close a connection with a running
// request.
package connlimit
