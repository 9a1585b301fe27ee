// Package natsbroker answers one question: how is a message published to NATS JetStream? It is sent
// as a CloudEvent under the event's id, and only to a stream that keeps what it acknowledges.
//
// Subjects, headers, acknowledgements, and knowing which of the broker's answers are about the
// message, belong here. The connection does not (engine/outbox/natsbroker/link), nor judging the
// broker's settings (engine/outbox/natsbroker/durability), nor sending a message again
// (engine/outbox/relay).
//
// In reading order: broker.go opens and watches a Broker; publish.go sends, and waits for
// acknowledgements; refusals.go distinguishes refusals from failures.
//
// It has no table. Publish may be called by one relay at a time; Broker.Watch must run beside it:
// engine/process/projector runs both. Publish must never return nil for a message that the broker
// has not acknowledged, nor treat a broker that is away or full as one that refuses.
//
// Example_publicMessage (example_test.go) shows an event, its message and what a subscriber gets.
package natsbroker
