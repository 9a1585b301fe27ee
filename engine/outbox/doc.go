// Package outbox answers one question: which form does a public message have, before and after it
// is sent? Before a message is sent, it is a row of the table outbox. The append of the message's
// event has stored this row. After a message is sent, it is a CloudEvent.
//
// Package outbox has the types that the relay and every broker use: a message, the function type
// that publishes messages, the error for a refused message, and the CloudEvent. event.PublicEvent
// defines the content of a message, and engine/eventlog writes the row in the transaction of the
// append. engine/outbox/relay reads and sends messages, and engine/outbox/natsbroker is a broker.
// Another broker needs only its own Publish function.
//
// In reading order: message.go has Message, Publish and Refused; cloudevent.go encodes a message
// as a CloudEvent.
//
// Package outbox starts no goroutine and uses no database. Its subpackages read and write the
// tables outbox, dead_messages and redrives. A Publish function must never return nil for a message
// that the broker has not made durable yet.
//
// Example_publicMessage (engine/outbox/natsbroker) shows an event, its message, and the
// CloudEvent that a subscriber gets. engine/process/projector runs the relay.
package outbox
