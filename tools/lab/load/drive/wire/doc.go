// Package wire is an HTTP client that has one connection and needs little processor time. The
// client sends a request, reads the answer, and names the kind of a failure. The client never
// repeats a request by itself.
package wire
