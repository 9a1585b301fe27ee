// Package link answers one question: is there a connection to the broker? It is tried for ever, and
// made anew where the client has closed it for good.
//
// Connecting, and what the log says of a broker that is away or refuses, belong here. What is sent
// does not: that is engine/outbox/natsbroker, whose Watch calls Attend.
//
// In reading order: denials.go brings the server's word that a subject is not allowed to who
// publishes there; link.go has the connection.
//
// It has no table. A Link may be used by many goroutines. It must never buffer what is published
// while the broker is away, which would be lost with the process, and never log a password.
package link
