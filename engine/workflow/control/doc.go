// Package control changes workflows on behalf of an operator: it retries and cancels instances,
// pauses and resumes workflows, and starts a workflow at a position of the log.
//
// Code that changes instances, jobs or checkpoints on behalf of an operator belongs in this
// package. Code that only shows instances, jobs or checkpoints belongs in engine/workflow/status.
// The operator's subcommands (ops workflows …), their questions and their output belong in
// engine/process/ops/workflows.
//
// In reading order: start.go moves the checkpoint of a workflow that has no instances; rewind.go
// changes the instances that have events which the log has lost; pause.go pauses and resumes;
// cancel.go cancels an instance; retry.go retries an instance; retryall.go retries all parked
// instances and jobs of a workflow; control.go has the struct Control.
//
// Package control writes the tables workflow_instances, checkpoints, river_job and river_queue. Its
// functions may run while other processes run the workflows. A function that changes instances
// first locks the checkpoint of the workflow. The process that runs the workflow then waits before
// it reacts to further events. Package control starts no goroutine, and must never append an event.
package control
