// Package events holds the service's events: a file for each aggregate, their stored names
// (catalog.go) and the messages that tell the outside world about them (a file for each aggregate).
// testdata has a golden file of each event and each message.
//
// A fact that is stored belongs here; a rule that leads to it belongs in internal/write. The
// engine's part of the same idea is engine/event (what an event is and how it is decoded),
// engine/eventlog (the log to which events are appended) and engine/outbox (how messages leave).
package events
