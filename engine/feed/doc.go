// Package feed answers one question: how does a subscriber get new events of the log soon after
// they were appended? A subscriber begins at any position, and gets each event that it may see
// once, in order.
//
// The package reads new events of the log once for all subscribers of a process. For a subscriber
// that is behind, the package reads older events from the database. The package has no HTTP
// (engine/edge/live). The package does not decide who may see an event: the first event of a stream
// says to which subject the stream belongs (event.Owned).
//
// In reading order: types.go selects events by their type; feed.go has the type Feed;
// subscription.go passes events to one subscriber. engine/feed/ring has recent events in memory,
// engine/feed/follow adds new events to the ring, engine/feed/past reads older events from the
// database, and engine/feed/owner finds the subject to which a stream belongs.
//
// A process that serves a feed must call Run. A slow subscriber delays no append, no projection and
// no other subscriber: when the ring no longer has its next event, the slow subscriber reads pages
// from the database. When a Subscription returns a position, it must have returned all its events
// up to this position (docs/decisions/0024).
package feed
