// Package chainverbs has the operator's verbs for the chain over the log: ops chain verify and head.
//
// Reading keys and kept heads, and what is told, belong here, all in verbs.go. Comparing does not:
// that is engine/chain. The list of verbs is engine/process/ops.
//
// Each ends when it is done; nothing runs on. A head must never be signed of a log that differs.
package chainverbs
