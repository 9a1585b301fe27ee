// Package link answers one question: is there a connection to the broker? A Link tries to
// connect until Close is called, and makes a new connection if the client has closed the old one
// for good.
//
// Package link connects to the broker, and logs that the broker can't be reached or refuses the
// connection. engine/outbox/natsbroker sends the messages, and its Watch calls Attend.
//
// In reading order: denials.go tells a publisher that the server does not allow a subject;
// link.go has the connection.
//
// Package link has no table. A Link is safe for concurrent use. A Link must never log a password,
// nor buffer messages without a connection: a buffer would be lost with the process.
package link
