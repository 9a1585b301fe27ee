// Package ops has the operator's commands, which run beside the processes that project, relay and
// link, on the same database: they show the state of that work, or mend it.
//
// The list of the verbs of cmd/ops belongs here. A verb's code does not: it is a few lines over a
// function of engine/projection, engine/outbox, engine/chain or engine/eventlog, in
// engine/process/ops/projections, engine/process/ops/messages and engine/process/ops/chainverbs.
// The packages know no projection by name: a service passes its list.
//
// In reading order: verbs.go lists the verbs, in groups; run.go opens the database and runs one;
// stats.go is an overview. Flags are engine/process/ops/verb, output is engine/process/ops/output.
//
// A verb ends when it is done; nothing keeps running. It must never append an event.
package ops
