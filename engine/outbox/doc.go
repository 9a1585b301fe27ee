// Package outbox answers one question: what is a public message on its way to the broker? It is a
// row of the table outbox, which an append has stored with its event, and a CloudEvent when it is
// sent.
//
// Everything that the relay and every broker have in common belongs here: a message, the function
// that publishes some, the error of a refused one, and the body that is sent. The content of a
// message does not: the event has it (event.PublicEvent), and engine/eventlog writes the row in the
// transaction of the append. engine/outbox/relay reads and sends messages, and
// engine/outbox/natsbroker is a broker; another one needs only another Publish, a function.
//
// In reading order: message.go has Message, Publish and Refused; cloudevent.go makes the body.
//
// Nothing runs here, and nothing asks a database: the packages below read and write the tables
// outbox, dead_messages and redrives. A Publish must never return nil for a message before the
// broker has made it durable.
//
// Example_publicMessage (engine/outbox/natsbroker) shows an event, its message and what a
// subscriber gets. The process that runs all this is engine/process/projector.
package outbox
