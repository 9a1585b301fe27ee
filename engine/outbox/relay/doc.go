// Package relay answers one question: how do public messages reach the broker? The relay sends
// each message at least once, in order within a stream, and deletes a message after the broker
// has acknowledged it.
//
// Code that sends messages from the table outbox to the broker, and waits for acknowledgements,
// belongs in this package. engine/outbox/cursor finds the next messages, engine/outbox/dead handles
// refused messages, and engine/outbox/backoff has the backoff of a stream. A function of type
// outbox.Publish, such as Publish of engine/outbox/natsbroker, calls the broker.
//
// In reading order: config.go has the settings of a Relay, metrics.go its metrics; worker.go sends
// waves of at most one message per stream, deletes acknowledged messages (docs/decisions/0005), and
// sets aside (moves to dead_messages) messages that the broker refuses again and again; read.go
// reads the next messages; loop.go repeats reading and sending, and relay.go runs the loop under
// the session lock.
//
// The table of package relay is outbox. Several processes may run Relay.Run; a session lock
// (engine/pg/lock) lets only one of them send messages at a time. engine/process/projector calls
// Run. A relay must never delete a message before the broker has made it durable, and must never
// send a message before an earlier message of the same stream.
package relay
