// Package durability answers one question: does the broker keep what it acknowledges? By the
// settings of its stream, and by whether its servers sync (docs/decisions/0014).
//
// The settings that are looked at, and what is wrong with them, belong here; a stream that is missing is made. What is done
// about it does not: engine/outbox/natsbroker publishes nothing while a broker is known to lose messages.
//
// In reading order: limits.go has the errors, and the settings by which a stream drops messages;
// stream.go finds the stream and says why it may lose some; monitor.go asks the servers whether they
// sync; settings.go looks, and remembers what it has found.
//
// It has no table. Settings may be used by many goroutines; they are looked at every LookEvery by
// engine/outbox/natsbroker. It must never change a stream that is there, and never take what can't
// be found out for settings that lose messages.
package durability
