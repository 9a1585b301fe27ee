// Package health measures how far the projections are behind the log. Package health reads the
// state of all projections at intervals, including projections that other processes run.
//
// This package has the code that measures the lag for metrics, for log lines and for readiness. The
// overview of all projections that an operator requests belongs in engine/projection/status.
//
// In reading order: lag.go computes the lag from the latest reading and the previous readings;
// health.go reads the positions, and reports whether each projection applies events; metrics.go has
// the gauges.
//
// Package health reads the tables checkpoints and applied_ranges. The caller must run Health.Watch
// in each process that runs a Projector of engine/projection. Ready and Lags return the result of
// the last reading, and therefore never wait for the database. Package health must never compute an
// age by the clock of the database, because somebody may set that clock: it uses the clock of the
// process.
package health
