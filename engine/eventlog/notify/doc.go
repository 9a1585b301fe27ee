// Package notify answers one question: how does a process learn immediately that the log has new
// events? The package sends notifications with PostgreSQL's NOTIFY, and receives them with LISTEN.
//
// A notification is only a hint that the log has new events. The package does not read the new
// events. A subscriber reads the log itself, and must also poll the log, because a notification can
// be lost. channel.go has the name of the channel; hints.go sends a notification after an append
// has committed, in a separate transaction; listener.go receives notifications.
//
// engine/eventlog/write runs Hints. Each process with subscribers runs Listener.Run, on a
// connection that reaches the primary without a pooler. No guarantee may depend on a notification.
// A notification that is lost, or can't be sent, must not undo an append or stop a process.
//
// engine/projection and engine/outbox wait on channels that Subscribe returns. A replica does not
// support LISTEN, so the readers of a replica only poll (docs/decisions/0003).
package notify
