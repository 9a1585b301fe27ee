// Package notify answers one question: how does a process learn at once that the log has grown? It
// has both ends of PostgreSQL's LISTEN and NOTIFY.
//
// Hints about a new head belong here, sending and receiving. Reading the new events does not: a
// subscriber reads the log by itself, and polls it all the same. channel.go has the name that both
// ends use, hints.go sends after a flight has committed, in a transaction of its own, listener.go
// receives.
//
// The committer of engine/eventlog/write runs Hints; Listener.Run runs in each process that
// subscribes, on a connection that reaches the primary directly. Nothing may ever rest on a hint: a
// notification that is lost, or can't be sent, must undo nothing and stop nobody.
//
// engine/projection and engine/outbox are woken in this way, by the channels of Subscribe; a
// replica, which accepts no LISTEN, is polled (docs/decisions/0003).
package notify
