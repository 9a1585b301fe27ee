// Package feed answers one question: how does a subscriber get the log's events as they happen, each one
// that it may see, once and in order, from any position on?
//
// Following the log once for all subscribers, and reading older events for those that are behind, belong
// here and in the packages below. HTTP does not (engine/edge/live), nor does the question of who may see
// an event: the first event of a stream says to which subject the stream belongs (event.Owned).
//
// In reading order: types.go selects events by their type; feed.go has the parts and what runs;
// subscription.go is one reader, who goes on from a position. Below: engine/feed/ring holds recent
// events, engine/feed/follow fills it, engine/feed/past reads older ones, engine/feed/owner knows owners.
//
// Run must run. A subscriber never slows the log, a projection or another subscriber down: it falls
// behind, and reads pages. A Subscription must never return a position before all of its events up to
// there (docs/decisions/0024).
package feed
