// Package wire is an HTTP client with one connection that needs little processor time. The client
// sends a request, reads the answer, and names the kind of a failure. The client never repeats a
// request by itself.
package wire
