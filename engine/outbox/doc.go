// Package outbox answers one question: what is a public message on its way to the broker? A row of
// the table outbox, which an append has stored with its event, and a CloudEvent when it is sent.
//
// The things that the relay and every broker have in common belong here: a message, the function that
// publishes some, the error of one that was refused, and the body that is sent. The content of a
// message does not: an event has that itself (event.PublicEvent), and engine/eventlog writes the row
// in the transaction of the append. How messages are read and sent is engine/outbox/relay, and a
// broker is engine/outbox/natsbroker; another one is one more Publish, a function.
//
// In reading order: message.go has Message, Publish and Refused; cloudevent.go makes the body.
//
// Nothing runs here, and nothing asks a database: the tables outbox, dead_messages and redrives are
// read and written by the packages below. A Publish must never answer nil before the broker has
// made the message durable.
//
// Example_publicMessage (engine/outbox/natsbroker) shows an event, its message and what a subscriber
// gets. The process that runs all this is engine/process/projector.
package outbox
