// Package output prints what the operator's verbs have found or done: for people, or as JSON.
//
// Tables, sentences and JSON belong here: output.go prints at the end, progress.go shows how far a long
// one is. Words about a projection or a stream do not: each verb brings its own, in
// engine/process/ops/projections, engine/process/ops/messages and engine/process/ops/chainverbs.
//
// It runs nothing. Beside JSON it must never print anything to standard output.
package output
