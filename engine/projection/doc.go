// Package projection makes read models follow the log. Package projection tails the log and makes
// each projection apply the events, exactly once and in order.
//
// Put the loop of a projection, and the list of projections on which the packages below work, in
// this package. The SQL of a read model, which is the function Apply, belongs in a service's
// internal/read. Package projection knows no projection by name, and must never write to the log.
//
// In reading order: set.go has Apply and the Set of projections; worker.go runs one projection
// under a session lock, follows the log, and retries with backoff after an error; projector.go runs
// all projections.
//
// The packages below have one subject each: engine/projection/checkpoint stores the position of a
// projection, and ensures that one process moves it; engine/projection/batch applies events and
// moves the checkpoint in one transaction, or parks a stream; engine/projection/park lists, retries
// and discards parked streams; engine/projection/reconcile records what was applied and compares
// the record with the log; engine/projection/rebuild builds new tables beside the old ones
// (docs/decisions/0008); engine/projection/health and engine/projection/status show the lag of each
// projection. A query that waits for a position, or returns the position that it reflects, uses
// engine/position.
//
// Projector.Run runs a goroutine for each projection, with one database connection per goroutine.
// Several processes may run the same projections: the session lock avoids double work, and the
// compare-and-set of the checkpoint prevents damage (docs/decisions/0002). The caller must also run
// Health.Watch, which measures the lag.
//
// ExampleEach (example_test.go) shows an Apply. The log is in engine/eventlog; the process that
// runs projections is engine/process/projector, and the operator's verbs are in engine/process/ops.
package projection
