// Package recorded answers one question: how are events of the log written as JSON for clients?
//
// The package writes the JSON of one event, and answers queries for a page of the trail (the list
// of who did what). The JSON has the schema Event of a service's contract. Pages of the feed, of a
// stream and of an export have this JSON, too. The package does not decide who may see an event:
// engine/edge/subscribe and the service's operations do.
//
// In reading order: event.go has the JSON of an event; append.go writes the same JSON faster, for
// streaming answers; trail.go answers a page of the trail.
//
// The package has no table and no goroutine. It must never decrypt personal data: the caller passes
// only data that the client may see.
package recorded
