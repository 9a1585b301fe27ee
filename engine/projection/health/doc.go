// Package health measures whether the projections keep up with the log. Package health reads the
// state of all projections regularly, whichever process runs them.
//
// Put the lag for metrics, for the log of the process and for readiness in this package. The
// overview that an operator requests belongs in engine/projection/status.
//
// In reading order: lag.go computes the lag from this reading and the earlier ones; health.go reads
// the positions, and reports whether all projections keep up; metrics.go has the gauges.
//
// Package health reads the tables checkpoints and applied_ranges. The caller must run Health.Watch
// in each process that runs a Projector of engine/projection; Ready and Lags return the result of
// the last reading, so that they never wait for the database. Ages must come from the clock of the
// process, never from the clock of the database, which somebody may set.
package health
