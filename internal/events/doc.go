// Package events contains the service's events: a file for each aggregate, the stored names of the
// events (catalog.go) and the published messages (a file for each aggregate). The folder testdata
// has a golden file of each event and each message.
//
// Put facts that are stored in this package. The business rules that lead to them belong in
// internal/write. The related packages of the engine are engine/event (what an event is and how it
// is decoded), engine/eventlog (the log to which events are appended) and engine/outbox (how
// messages are sent).
package events
