// Package ops is what an operator does beside the processes that project, relay and link, on the
// same database: it looks at their work, or mends it.
//
// The list of the verbs of cmd/ops belongs here. What a verb does does not: it is a few lines
// over a function of engine/projection, engine/outbox, engine/chain or engine/eventlog, in
// engine/process/ops/projections, engine/process/ops/messages and engine/process/ops/chainverbs. The packages know no
// projection by name: a service hands its list in.
//
// In reading order: verbs.go lists the verbs, in groups; run.go opens the database and does one;
// stats.go is one look at all. Flags are engine/process/ops/verb's, output is engine/process/ops/output's.
//
// A verb ends when it is done; nothing runs on. It must never append an event.
package ops
