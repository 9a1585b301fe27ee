// Package run answers one question: what must a process run so that its workflows work? The type
// Workflows runs a Reactor for each workflow, and Workers for the jobs of all workflows.
//
// Code that joins the parts of engine/workflow belongs in this package, which has one file. The
// reactions are in engine/workflow/react, and the jobs in engine/workflow/work.
//
// Package run has no table. Run starts goroutines and ends all of them before it returns. Several
// processes may call Run on one database. The two pools may have different logins: reactions need
// the rights of the projector, and jobs need the rights of the worker. Until the last job has
// ended, package run must not stop the eventlog.Store with which jobs append.
package run
