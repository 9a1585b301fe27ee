// Package wire is one HTTP connection of a client that needs little processor time: it sends a
// request, reads the answer, and names the kind of a failure. It never repeats a request by itself.
package wire
