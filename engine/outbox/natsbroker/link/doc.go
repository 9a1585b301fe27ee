// Package link answers one question: is there a connection to the broker? It tries to connect for
// ever, and makes a new connection if the client has closed the old one for good.
//
// Connecting, and logging that a broker is away or refuses, belong here. Sending does not: that is
// engine/outbox/natsbroker, whose Watch calls Attend.
//
// In reading order: denials.go passes the server's message that a subject is not allowed to the
// publisher that waits for it; link.go has the connection.
//
// It has no table. A Link may be used by many goroutines. It must never buffer messages while the
// broker is away, since they would be lost with the process, and never log a password.
package link
