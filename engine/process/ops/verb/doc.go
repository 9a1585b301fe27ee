// Package verb has the parts that the operator's verbs share: flags, confirmation, and the struct
// Operated, which they act on.
//
// Put questions that several verbs ask the operator in verb.go: -json, -yes, -note, a name and a
// confirmation. The verbs belong in engine/process/ops/projections, engine/process/ops/messages and
// engine/process/ops/chainverbs.
//
// Package verb starts no goroutine. A missing answer must never count as a yes.
package verb
