// Package broker runs a nats-server as a separate program, for tests of a whole service: the module
// of a service does not contain the server.
//
// Put code that starts a nats-server, or reads its stored messages, in broker.go. Code that
// publishes messages belongs in engine/outbox. The broker ends with its test. Only tests may import
// package broker.
package broker
