// Package projection keeps read models up to date with the log. Package projection reads new events
// from the log, and makes each projection apply every event exactly once and in order.
//
// This package has the loop of a projection, and the Set of all projections, which the packages
// below use. The SQL of a read model belongs in the function Apply of that read model, in a
// service's internal/read. Package projection knows no projection by name, and must never write to
// the log.
//
// In reading order: set.go has Apply and the Set of projections; worker.go runs one projection
// under a session lock, follows the log, and retries with backoff after an error; projector.go runs
// all projections.
//
// The packages below have one subject each: engine/projection/checkpoint stores the position of a
// projection, and ensures that only one process at a time moves it; engine/projection/batch applies
// events and moves the checkpoint in one transaction, or parks a stream; engine/projection/park
// lists, retries and discards parked streams; engine/projection/reconcile records what was applied
// and compares the record with the log; engine/projection/rebuild builds new tables beside the old
// tables (docs/decisions/0008); engine/projection/health and engine/projection/status show the lag
// of each projection. A query of a read model that waits for a position, or that returns the
// position of its answer, uses engine/position.
//
// Projector.Run runs one goroutine for each projection, and each goroutine has one database
// connection. Several processes may run the same projections. A session lock lets only one of them
// apply the events of a projection. If a process has lost the lock without noticing, the
// compare-and-set of the checkpoint ensures that no event is applied twice (docs/decisions/0002).
// The caller of Projector.Run must also run Health.Watch, which measures the lag.
//
// ExampleEach (example_test.go) shows a function Apply. The log is in engine/eventlog; the process
// that runs projections is engine/process/projector, and the operator's commands are in
// engine/process/ops.
package projection
