// Package feed answers one question: how does a subscriber get new events of the log soon after
// they were appended? A subscriber begins at any position, and gets each event once, in order.
//
// The package reads new events of the log once for all subscribers of a process. If a subscriber
// needs events that are no longer in memory, the package reads these events from the database. The
// HTTP code is in engine/edge/live. The first event of a stream (event.Owned) says which subject
// may see the stream.
//
// In reading order: types.go selects events by their type; feed.go has the type Feed;
// subscription.go passes events to one subscriber. engine/feed/ring has recent events in memory,
// engine/feed/follow adds new events to the ring, engine/feed/past reads older events from the
// database, and engine/feed/owner finds the subject to which a stream belongs.
//
// A process that serves a feed must call Run. A slow subscriber delays nothing else: when the next
// event of this subscriber is no longer in memory, the package reads pages of older events from the
// database. When a Subscription returns a position, it must already have returned all matching
// events up to this position (docs/decisions/0024).
package feed
