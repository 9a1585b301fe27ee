// Package output prints what the operator's verbs have found or done: as text for people, or as
// JSON.
//
// Code that prints tables, sentences and JSON belongs in this package: output.go prints results,
// progress.go shows the progress of a long verb. The texts of one command of the command line
// belong in the package of this command: engine/process/ops/projections,
// engine/process/ops/messages or engine/process/ops/chainverbs.
//
// Package output starts no goroutine. With -json, package output must never print anything except
// JSON to standard output.
package output
