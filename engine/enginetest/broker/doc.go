// Package broker runs a broker as a program, for tests of a whole service: its server is no part
// of the service's own module.
//
// Starting a nats-server and looking at what it holds belongs here, in broker.go. Publishing does
// not: that is engine/outbox. The broker ends with its test. It must never be imported by anything
// but tests.
package broker
