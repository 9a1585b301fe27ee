// Package output prints what the operator's verbs have found or done: for people, or as JSON.
//
// Tables, sentences and JSON belong here: output.go prints at the end, progress.go shows the
// progress of a long verb. Words about a projection or a stream do not: each verb has its own, in
// engine/process/ops/projections, engine/process/ops/messages and engine/process/ops/chainverbs.
//
// It runs nothing. With JSON it must never print anything else to standard output.
package output
