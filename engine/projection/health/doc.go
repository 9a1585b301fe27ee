// Package health answers one question: do the projections keep up with the log? It looks at all of
// them regularly, whichever process runs them.
//
// Their lag belongs here, for metrics, for the log of the process and for readiness. An overview
// that an operator asks for does not: that is engine/projection/status.
//
// In reading order: lag.go computes the lag from this look and the earlier ones; health.go looks,
// and reports whether all keep up; metrics.go has the gauges.
//
// It reads checkpoints and applied_ranges. Health.Watch must run, in each process that runs a
// Projector of engine/projection; Ready and Lags return what it saw last, so that they never wait
// for the database. Ages must come from the process's own clock, never from the database's, which
// somebody may set.
package health
