// Package projection answers one question: how do read models follow the log? It tails the log and
// lets each projection apply the events, exactly once and in order.
//
// The loop, its checkpoint and its repair belong here. The SQL of a read model does not: that is
// the function Apply, in a service's internal/read. The package knows no projection by name, and
// must never write to the log.
//
// In reading order: projector.go has Apply and runs all projections; projection.go takes one under
// a session lock and follows the log; project.go applies a batch and moves the checkpoint in one
// transaction; park.go corners an event that can't be applied and stops its stream, while the
// others go on; retry.go and parked.go mend such streams. book.go notes in ranges what was
// applied, audit.go compares that with the log. rebuild.go builds new tables beside the old ones,
// with stage.go, shape.go, writers.go and switch.go (docs/decisions/0008). ahead.go stops a
// projection that is further than a log which went back. lag.go and status.go tell how far each
// is; positions.go has a read wait for a position.
//
// Its tables are checkpoints, parked_streams and applied_ranges. Projector.Run runs a goroutine
// for each projection, on a connection of its own, and several processes may run the same ones:
// the lock saves double work, the compare-and-set of the checkpoint keeps them from harm
// (docs/decisions/0002). Projector.Watch must run as well for the lag to be known.
//
// ExampleEach (example_test.go) shows an Apply. The log that it reads is engine/eventstore; the process that runs it
// is engine/ops/projector, and the operator's verbs are engine/ops/verbs.
package projection
