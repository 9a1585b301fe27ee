// Package status reads the state of each workflow from the database. Each time, it reads the
// workflow's position in the log, the process that reacts, and the numbers of open and of parked
// instances. It also reads the number of jobs in each state, and the time since the oldest waiting
// job was due.
//
// Code that shows what workflows have done, and that measures it for metrics and readiness, belongs
// in this package. Code that changes something belongs in engine/workflow/control.
//
// In reading order: instance.go shows one instance with its jobs; parked.go lists what is parked;
// orphans.go finds workflows that are not in this program; status.go reads the state of all
// workflows; lag.go compares the state with the states that were read before; metrics.go has the
// gauges; watch.go reads the state at intervals, and reports whether the workflows react in time.
//
// Package status reads the tables checkpoints, workflow_instances, river_job and river_queue, and
// the session locks of workflows. Package status stops counting rows at a limit, so that the cost
// does not grow with the number of pending timers. The caller must run Watch.Watch in each process
// that runs workflows. Ready uses the state that was read last, and therefore never waits for the
// database. Package status measures lag by the clock of the process, because somebody may set the
// clock of the database. But it measures the lateness of jobs by the clock of the database, because
// jobs are due by that clock. Package status must never change anything.
package status
