// Package status reads how far each workflow has read the log, and which of its jobs wait. For each
// workflow, a reading has the position in the log, the process that reacts, and the instances that
// are open or parked. A reading also has the number of jobs in each state, and the time since the
// oldest waiting job was due.
//
// Code that shows what workflows have done, and that measures it for metrics and readiness, belongs
// in this package. Code that changes something belongs in engine/workflow/control.
//
// In reading order: instance.go shows one instance with its jobs; parked.go lists what is parked;
// orphans.go finds workflows that are not in this program; status.go reads the state of all
// workflows; lag.go compares a reading with the previous readings; metrics.go has the gauges;
// watch.go reads at intervals, and reports whether the workflows react in time.
//
// Package status reads the tables checkpoints, workflow_instances, river_job and river_queue, and
// the session locks of workflows. A reading never counts more rows of a kind than a limit, so that
// its cost does not grow with the number of pending timers. The caller must run Watch.Watch in each
// process that runs workflows. Ready returns the result of the last reading, and therefore never
// waits for the database. Package status measures lag by the clock of the process, because somebody
// may set the clock of the database. But how late jobs are is measured by the clock of the
// database, because jobs are due by that clock. Package status must never change anything.
package status
