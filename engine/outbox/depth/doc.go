// Package depth answers one question: how many messages wait in the outbox, and since when? It
// keeps gauges, on which alerts are based.
//
// Measures that need a look at tables, or at the broker's settings, belong here. Counts of the
// relay's own work do not: those are counters of engine/outbox/relay.
//
// In reading order: gauges.go has the names; waits.go measures for how long the oldest message has
// waited, by a clock that nobody can set (engine/pg/clock); depth.go looks.
//
// It reads the tables outbox and dead_messages. Watch.Run must run in each projector, whether its
// relay works or stands by: engine/process/projector runs it. It must never look so often that the
// looks are a load.
package depth
