// Package events holds the service's events: a file for each aggregate, their stored names (catalog.go)
// and what of them the outside world hears (a file for each aggregate's messages), with a golden file of
// each in testdata.
//
// A fact that is stored belongs here; a rule that leads to it belongs in internal/write. The engine's
// part of the same idea is engine/event (what an event is and how it is decoded), engine/eventlog
// (the log that they are appended to) and engine/outbox (how messages leave).
package events
