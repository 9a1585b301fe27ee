// Package verb has the parts of each of the operator's verbs: its flags, and what it acts on.
//
// Questions that several verbs ask an operator belong here, all in verb.go: -json, -yes, -note, a
// name and a yes. A verb does not: those are engine/process/ops/projections,
// engine/process/ops/messages and engine/process/ops/chainverbs.
//
// It runs nothing. No answer must ever count as a yes.
package verb
