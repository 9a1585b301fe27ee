// Package link answers one question: is there a connection to the broker? A Link tries to connect
// until Close is called. If the NATS client library has closed a connection for good, Attend makes
// a new connection.
//
// Package link connects to the broker, and logs when the broker can't be reached or refuses the
// connection. engine/outbox/natsbroker sends the messages, and its method Watch calls Attend.
//
// In reading order: denials.go tells a publisher that the server does not allow a subject;
// link.go has the connection.
//
// Package link has no table. A Link is safe for concurrent use. A Link must never log a password. A
// Link must never buffer messages while there is no connection, because these messages would be
// lost if the process died.
package link
