// Package outbox answers one question: how do public messages reach the broker? At least once, in
// order within a stream, and deleted when the broker has acknowledged them.
//
// The way from the table outbox to an acknowledgement belongs here. The content of a message does
// not: an event has that itself (event.PublicEvent), and engine/eventstore writes the row in the
// transaction of the append.
//
// In reading order: relay.go takes the lock and starts worker.go, which reads messages and sends
// them in waves of one a stream (docs/decisions/0005); place.go has the read, and knows where in
// the outbox it goes on; held.go keeps the streams whose message has to be sent again; aside.go
// sets a message aside that the broker refuses again and again, and dead.go lets an operator look
// at those, send them again or drop them. cloudevent.go makes the body. nats.go is the broker of
// this template, NATS JetStream: nats_connection.go connects, nats_settings.go, nats_limits.go and
// nats_monitor.go look whether the broker keeps what it acknowledges (docs/decisions/0014),
// nats_refusals.go tells refusals from failures.
//
// Its tables are outbox, dead_messages and redrives. Relay.Run may run in several processes: one
// of them works, by a session lock. NATS.Watch must run beside it. Another broker is one more
// Publish, a function. A message must never be deleted before it is durable, nor overtake another
// one of its stream.
//
// Example_publicMessage (example_test.go) shows an event, its message and what a subscriber gets. The process that
// runs it is engine/ops/projector.
package outbox
