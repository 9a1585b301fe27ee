// Package chainverbs has the operator's subcommands for the chain, which is a list of hashes over
// the log: ops chain verify and ops chain head.
//
// Code that reads keys and stored heads (last hashes), or prints results, belongs in verbs.go. Code
// that compares the log with its chain belongs in engine/chain. The list of subcommands is in
// engine/process/ops.
//
// Each subcommand ends when its work is done. A subcommand must never sign the head, which is the
// last hash of the chain, if the log differs from its chain.
package chainverbs
