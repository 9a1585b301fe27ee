// Package depth answers one question: how many messages wait in the outbox, and since when?
// Package depth updates the gauges on which alerts are based.
//
// Metrics that are read from tables, or from the broker's settings, belong in this package.
// Counters of the relay's own work belong in engine/outbox/relay.
//
// In reading order: gauges.go has the names of the gauges; waits.go measures how long the oldest
// message has waited, by a clock that nobody can set (engine/pg/clock); depth.go reads the
// tables and sets the gauges.
//
// Package depth reads the tables outbox and dead_messages. Watch.Run must run in each projector,
// whether or not the projector's relay has the lock; engine/process/projector runs it. Watch.Run
// must never be a noticeable load for the database; if reads take long, it reads less often.
package depth
