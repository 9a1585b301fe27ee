// Package ops has the operator's subcommands, such as ops projections list; the code and the help
// call a subcommand a verb. The subcommands show or repair the state of projections, workflows,
// outbox and chain, while the projector works on the same database.
//
// The list of the subcommands of cmd/ops belongs in this package. A subcommand is a few lines of
// code that call a function of engine/projection, engine/workflow, engine/outbox, engine/chain or
// engine/eventlog. These lines belong in engine/process/ops/projections,
// engine/process/ops/workflows, engine/process/ops/messages or engine/process/ops/chainverbs. These
// packages do not know the names of projections or workflows: a service passes the lists.
//
// In reading order: verbs.go lists the subcommands, in groups; run.go opens the database and runs a
// subcommand; stats.go prints an overview, and volume.go the volume of the log. The flags are in
// engine/process/ops/verb, the output is in engine/process/ops/output.
//
// A subcommand ends when its work is done. A subcommand must never append an event.
package ops
