// Package broker runs a broker as a program, for tests of a whole service: the server is no part of
// the service's own module.
//
// Starting a nats-server and reading what it stores belongs here, in broker.go. Publishing does
// not: that is engine/outbox. The broker ends with its test. Only tests may import it.
package broker
