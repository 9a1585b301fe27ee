// Package durability answers one question: does the broker keep the messages that it
// acknowledges? The answer depends on the settings of the stream, and on whether the servers
// sync to disk before they acknowledge (docs/decisions/0014).
//
// Package durability checks the settings and names the wrong ones. If the stream is missing,
// package durability creates it. engine/outbox/natsbroker uses the result of the check, and
// publishes nothing while the broker is known to lose messages.
//
// In reading order: limits.go has the errors, and the settings because of which a stream drops
// messages; stream.go finds the stream, and names the settings because of which it may lose
// messages; monitor.go asks the servers whether they sync to disk before they acknowledge;
// settings.go runs the check and stores the result.
//
// Package durability has no table. Settings is safe for concurrent use; engine/outbox/natsbroker
// runs a check once in each interval LookEvery. Package durability must never change an existing
// stream. If the settings can't be read, package durability must never report that the broker loses
// messages.
package durability
