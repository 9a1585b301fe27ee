// Package wire is one HTTP connection of a client that costs little: it sends a request, reads the
// answer, and says what kind of failure it was. It never sends anything twice by itself.
package wire
