// Package projections has the operator's subcommands for projections: ops projections list, parked,
// retry, discard, resume, reconcile and rebuild.
//
// Code for the questions and the output of the subcommands for projections belongs in this package.
// Code that changes projections belongs in engine/projection.
//
// In reading order: status.go shows the state of the projections; parked.go lists, retries and
// discards their parked streams; rebuild.go fills new tables of a projection; resume.go restarts a
// stopped projection with its present tables; reconcile.go compares the events that each projection
// has applied with the events of the log. The list of subcommands is in engine/process/ops.
//
// Each subcommand ends when its work is done. A subcommand after which data is lost must never
// continue before the operator has confirmed.
package projections
