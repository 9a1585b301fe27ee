// Package relay answers one question: how do public messages reach the broker? They are sent at
// least once, in order within a stream, and deleted when the broker has acknowledged them.
//
// The way from the table outbox to an acknowledgement belongs here. Finding the next messages does
// not, that is engine/outbox/cursor; nor setting messages aside (engine/outbox/dead), a stream's
// backoff (engine/outbox/backoff), or calling the broker (an outbox.Publish, such as that of
// engine/outbox/natsbroker).
//
// In reading order: config.go has the settings of a Relay, metrics.go its metrics; worker.go sends
// waves of one message per stream, deletes what was acknowledged (docs/decisions/0005), and has a
// message set aside that the broker refuses again and again; read.go reads the next messages;
// loop.go does one after the other, and relay.go runs that under the session lock.
//
// Its table is outbox. Relay.Run may run in several processes: one of them works, by a session lock
// (engine/pg). engine/process/projector calls it. A message must never be deleted before it is
// durable, nor overtake another one of its stream.
package relay
