// Package workflows has the operator's subcommands for workflows: ops workflows list, show, parked,
// retry, cancel, pause, resume, dry-run and start.
//
// Code for the questions and the output of the subcommands belongs in this package. Code that reads
// or changes workflows belongs in engine/workflow/status and engine/workflow/control. The list of
// subcommands is in engine/process/ops.
//
// In reading order: list.go shows the workflows; show.go shows one instance; parked.go lists what
// is parked; dryrun.go shows what a workflow would do; retry.go, cancel.go, pause.go and start.go
// change something.
//
// Each subcommand ends when its work is done. A subcommand that gives up work must never continue
// before the operator has confirmed, and has said why.
package workflows
