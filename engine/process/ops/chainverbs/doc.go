// Package chainverbs has the operator's verbs for the chain over the log: ops chain verify and ops
// chain head.
//
// Code that reads keys and stored heads, or prints results, belongs in verbs.go. Code that compares
// the log with its chain belongs in engine/chain. The list of verbs is in engine/process/ops.
//
// Each verb ends when its work is done. A verb must never sign the head of a log that differs from
// its chain.
package chainverbs
