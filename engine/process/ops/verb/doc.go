// Package verb has the parts that the operator's verbs share: flags, confirmation, and the struct
// Operated, which has the databases and projections on which the verbs act.
//
// Questions that several verbs ask the operator belong in verb.go: -json, -yes, -note, a name and a
// confirmation. The verbs belong in engine/process/ops/projections, engine/process/ops/messages and
// engine/process/ops/chainverbs.
//
// Package verb starts no goroutine. A missing answer must never count as a yes.
package verb
