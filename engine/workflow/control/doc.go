// Package control has the acts of an operator on workflows: it retries and cancels instances,
// pauses and resumes workflows, and starts a workflow at a position of the log.
//
// Code that changes instances, jobs or checkpoints on behalf of an operator belongs in this package.
// Code that shows them belongs in engine/workflow/status. The verbs, their questions and their output
// belong in engine/process/ops/workflows.
//
// In reading order: start.go moves the checkpoint of a workflow that has not begun; rewind.go makes
// instances forget events that the log has lost; pause.go pauses and resumes; cancel.go cancels an
// instance; retry.go retries an instance; retryall.go retries everything of a workflow that is
// parked; control.go has the struct Control.
//
// Package control writes the tables workflow_instances, checkpoints, river_job and river_queue. Its
// functions may run while other processes run the workflows: a function that changes instances
// locks the checkpoint first, so that the process that reacts waits. Package control starts no
// goroutine, and must never append an event.
package control
