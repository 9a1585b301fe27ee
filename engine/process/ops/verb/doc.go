// Package verb has the parts that the operator's subcommands (verbs) share: flags, confirmation,
// and the struct Operated, which has the databases, projections and workflows on which the
// subcommands act.
//
// Code that several subcommands share belongs in verb.go: the flags -json, -yes and -note, the
// check of a stream id, and the question whether to continue. The subcommands belong in
// engine/process/ops/projections, engine/process/ops/workflows, engine/process/ops/messages and
// engine/process/ops/chainverbs.
//
// Package verb starts no goroutine. A missing answer must never count as a yes.
package verb
