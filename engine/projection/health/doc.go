// Package health answers one question: do the projections keep up with the log? It looks at all of them, now and
// then, whichever process runs them.
//
// Their lag belongs here, for metrics, for the log of the process and for readiness. One look at all
// that an operator asks for does not: that is engine/projection/status.
//
// In reading order: lag.go has what follows from one look and those before it; health.go looks, and
// says whether all keep up; metrics.go has the gauges.
//
// It reads checkpoints and applied_ranges. Health.Watch must run, in each process that runs a
// Projector of engine/projection; Ready and Lags tell what it saw last, so that they never wait for the database.
// Ages must come from the process's own clock, never from the database's, which somebody may set.
package health
