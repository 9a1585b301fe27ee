// Package depth answers one question: how much waits in the outbox, and since when? It keeps gauges,
// by which an operator is called.
//
// Measures that take a look at tables, or at the broker's settings, belong here. What the relay
// counts as it works does not: those are counters of engine/outbox/relay.
//
// In reading order: gauges.go has the names; waits.go tells for how long the oldest message has
// waited, by no clock that somebody may set (engine/pg/clock); depth.go looks.
//
// It reads the tables outbox and dead_messages. Watch.Run must run in each projector, whether its relay works or
// stands by: engine/process/projector does so. It must never look so often that the looks are load.
package depth
