// Package chainverbs has the operator's verbs for the chain over the log: ops chain verify and
// head.
//
// Reading keys and kept heads, and printing the result, belong here, all in verbs.go. Comparing
// does not: that is engine/chain. The list of verbs is engine/process/ops.
//
// Each verb ends when it is done; nothing keeps running. A head of a log that differs must never be
// signed.
package chainverbs
