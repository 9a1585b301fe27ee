// Package ops has the operator's commands. The operator's commands run while the projector works on
// the same database, and show the state of projections, outbox and chain, or repair it.
//
// Put the list of the verbs of cmd/ops in this package. The code of a verb is a few lines that call
// a function of engine/projection, engine/outbox, engine/chain or engine/eventlog; this code
// belongs in engine/process/ops/projections, engine/process/ops/messages or
// engine/process/ops/chainverbs. The packages of verbs name no projection: a service passes the
// list of its projections.
//
// In reading order: verbs.go lists the verbs, in groups; run.go opens the database and runs a verb;
// stats.go prints an overview. The flags are in engine/process/ops/verb, the output is in
// engine/process/ops/output.
//
// A verb ends when its work is done. A verb must never append an event.
package ops
