// Package recorded answers one question: how are events of the log written as JSON for clients?
//
// The package has the JSON of one event, and answers pages of the trail. The JSON is the schema
// Event of a service's contract; pages of the feed, of a stream and of an export have it too. The
// package does not decide who may see an event: engine/edge/subscribe and the service's operations
// do.
//
// In reading order: event.go has the JSON of an event; trail.go answers a page of the trail.
//
// The package has no table and no goroutine. It must never decrypt personal data: the caller passes
// data that its client may see.
package recorded
