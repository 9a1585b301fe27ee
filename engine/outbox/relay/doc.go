// Package relay answers one question: how do public messages reach the broker? The relay sends
// each message at least once, in order within a stream, and deletes a message after the broker
// has acknowledged it.
//
// Package relay does everything between a message in the table outbox and the broker's
// acknowledgement. engine/outbox/cursor finds the next messages, engine/outbox/dead sets
// messages aside, engine/outbox/backoff has a stream's backoff, and an outbox.Publish function,
// such as that of engine/outbox/natsbroker, calls the broker.
//
// In reading order: config.go has the settings of a Relay, metrics.go its metrics; worker.go
// sends waves of at most one message per stream, deletes acknowledged messages
// (docs/decisions/0005), and has messages set aside that the broker refuses again and again;
// read.go reads the next messages; loop.go repeats reading and sending, and relay.go runs the
// loop under the session lock.
//
// The table of package relay is outbox. Relay.Run may run in several processes; a session lock
// (engine/pg/lock) makes sure that only one of them sends messages at a time.
// engine/process/projector calls Run. A relay must never delete a message before the broker has
// made it durable, and never send a message before an earlier message of the same stream.
package relay
