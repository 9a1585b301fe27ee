// Package projection answers one question: how do read models follow the log? It tails the log and
// makes each projection apply the events, exactly once and in order.
//
// The loop belongs here, and the list of projections on which the packages below work. The SQL of a
// read model does not: that is the function Apply, in a service's internal/read. The package knows
// no projection by name, and must never write to the log.
//
// In reading order: set.go has Apply and the Set of projections; worker.go takes one under a
// session lock, follows the log, and retries with backoff after an error; projector.go runs all.
//
// The packages below have one subject each: engine/projection/checkpoint is where a projection is,
// and which process may move it; engine/projection/batch applies events and moves the checkpoint in
// one transaction, or parks a stream; engine/projection/park mends such streams;
// engine/projection/reconcile notes what was applied and compares it with the log;
// engine/projection/rebuild builds new tables beside the old ones (docs/decisions/0008);
// engine/projection/health and engine/projection/status show the lag of each. A query that waits
// for a position, or returns the one that it reflects, asks engine/position.
//
// Projector.Run runs a goroutine for each projection, on a connection of its own, and several
// processes may run the same ones: the lock saves double work, and the compare-and-set of the
// checkpoint prevents damage (docs/decisions/0002). Health.Watch must run as well for the lag to be
// known.
//
// ExampleEach (example_test.go) shows an Apply. The log that it reads is engine/eventlog; the
// process that runs it is engine/process/projector, and the operator's verbs are
// engine/process/ops.
package projection
