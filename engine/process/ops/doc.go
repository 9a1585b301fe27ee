// Package ops has the operator's commands, which are called verbs. The verbs show or repair the
// state of projections, workflows, outbox and chain, while the projector works on the same
// database.
//
// The list of the verbs of cmd/ops belongs in this package. A verb is a few lines of code that call
// a function of engine/projection, engine/workflow, engine/outbox, engine/chain or engine/eventlog.
// These lines belong in engine/process/ops/projections, engine/process/ops/workflows,
// engine/process/ops/messages or engine/process/ops/chainverbs. These packages do not know the
// names of projections or workflows: a service passes the lists.
//
// In reading order: verbs.go lists the verbs, in groups; run.go opens the database and runs a verb;
// stats.go prints an overview. The flags are in engine/process/ops/verb, the output is in
// engine/process/ops/output.
//
// A verb ends when its work is done. A verb must never append an event.
package ops
