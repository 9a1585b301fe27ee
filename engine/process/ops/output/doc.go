// Package output prints what the operator's verbs have found or done: as text for people, or as
// JSON.
//
// Put tables, sentences and JSON in this package: output.go prints results, progress.go shows the
// progress of a long verb. The words about projections and streams belong in the verbs:
// engine/process/ops/projections, engine/process/ops/messages and engine/process/ops/chainverbs.
//
// Package output starts no goroutine. With -json package output must never print anything but JSON
// to standard output.
package output
