// Package natsbroker answers one question: how is a message published to NATS JetStream? A message
// is sent as a CloudEvent whose id is the event's id. Package natsbroker sends messages only to a
// stream that keeps all messages that it acknowledges.
//
// Package natsbroker makes subjects and headers, waits for acknowledgements, and distinguishes
// refusals of a message from other errors of the broker. engine/outbox/natsbroker/link has the
// connection, engine/outbox/natsbroker/durability checks the broker's settings, and
// engine/outbox/relay decides when a message is sent again.
//
// In reading order: broker.go opens and watches a Broker; publish.go sends messages and waits
// for acknowledgements; refusals.go distinguishes refusals from other errors.
//
// Package natsbroker has no table. One relay at a time may call Publish, and Broker.Watch must run
// meanwhile; engine/process/projector runs both. Publish must never return nil for a message that
// the broker has not acknowledged. If the broker can't be reached or is full, Publish must never
// return an *outbox.Refused.
//
// Example_publicMessage (example_test.go) shows an event, its message, and the CloudEvent that a
// subscriber gets.
package natsbroker
