// Package events contains the service's events. Each aggregate has a file with its events, and a
// file with the messages that are published for these events. catalog.go has the stored names of
// the events. The folder testdata has a golden file of each event and each message.
//
// Only facts that are stored belong in this package. The business rules that decide which events
// happen belong in internal/write. The related packages of the engine are engine/event (what an
// event is and how it is decoded), engine/eventlog (the log to which events are appended) and
// engine/outbox (how messages are sent).
package events
