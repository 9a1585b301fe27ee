// Package output prints what the operator's verbs have found or done: as text for people, or as
// JSON.
//
// Code that prints tables, sentences and JSON belongs in this package: output.go prints results,
// progress.go shows the progress of a long verb. Texts about projections and streams belong in the
// packages of the verbs: engine/process/ops/projections, engine/process/ops/messages and
// engine/process/ops/chainverbs.
//
// Package output starts no goroutine. With -json, package output must never print anything except
// JSON to standard output.
package output
