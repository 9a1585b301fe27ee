// Package broker runs a NATS server for the tests of a whole service. The server is a separate
// program, because the Go module of a service does not contain the code of the server.
//
// Code that starts a nats-server or reads its stored messages belongs in broker.go. Code that
// publishes messages belongs in engine/outbox. The server ends when its test ends. Only tests may
// import package broker.
package broker
