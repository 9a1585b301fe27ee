// Package chainverbs has the operator's verbs for the chain over the log: ops chain verify and ops
// chain head.
//
// Put code that reads keys and stored heads, and prints results, in verbs.go. The comparison of log
// and chain belongs in engine/chain. The list of verbs is in engine/process/ops.
//
// Each verb ends when its work is done. A verb must never sign the head of a log that differs from
// its chain.
package chainverbs
