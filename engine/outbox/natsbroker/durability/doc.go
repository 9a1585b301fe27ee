// Package durability answers one question: does the broker keep what it acknowledges? The answer
// depends on the settings of its stream, and on whether its servers sync (docs/decisions/0014).
//
// Checking the settings, and naming what is wrong with them, belong here; a missing stream is
// created. Acting on the result does not: engine/outbox/natsbroker publishes nothing while a broker
// is known to lose messages.
//
// In reading order: limits.go has the errors, and the settings by which a stream drops messages;
// stream.go finds the stream and says why it may lose some; monitor.go asks the servers whether
// they sync; settings.go looks, and remembers the result.
//
// It has no table. Settings may be used by many goroutines; engine/outbox/natsbroker looks at them
// every LookEvery. It must never change an existing stream, and never treat settings that can't be
// read as settings that lose messages.
package durability
