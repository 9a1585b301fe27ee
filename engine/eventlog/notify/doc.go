// Package notify answers one question: how does a process learn at once that the log has grown? The
// package sends notifications with PostgreSQL's NOTIFY, and receives them with LISTEN.
//
// The package sends and receives hints that the log has a new head. The package does not read the
// new events: a subscriber reads the log itself, and must poll the log in any case. channel.go has
// the name of the channel; hints.go sends a hint after a flight has committed, in a separate
// transaction; listener.go receives hints.
//
// The committer of engine/eventlog/write runs Hints. Listener.Run runs in each process that
// subscribes, on a connection that reaches the primary directly. No guarantee may ever rest on a
// hint: a notification that is lost, or that can't be sent, must not undo an append or stop a
// process.
//
// The channels of Subscribe wake engine/projection and engine/outbox. A replica accepts no LISTEN,
// so its readers poll (docs/decisions/0003).
package notify
