// Package natsbroker answers one question: how is a message published to NATS JetStream? As a
// CloudEvent under the event's id, and only to a stream that keeps what it acknowledges.
//
// Subjects, headers, acknowledgements, and which of the broker's answers are about the message,
// belong here. The connection does not (engine/outbox/natsbroker/link), nor what is right in the
// broker's settings (engine/outbox/natsbroker/durability), nor when a message is sent again
// (engine/outbox/relay).
//
// In reading order: broker.go opens and watches a Broker; publish.go sends, and waits for
// acknowledgements; refusals.go tells refusals from failures.
//
// It has no table. Publish may be called by one relay at a time; Broker.Watch must run beside it:
// engine/process/projector runs both. It must never answer nil for a message that the broker has not
// acknowledged, nor take a broker that is away or full for one that refuses.
//
// Example_publicMessage (example_test.go) shows an event, its message and what a subscriber gets.
package natsbroker
