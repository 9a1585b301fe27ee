// Package output prints what the operator's subcommands have found or done: as text for people, or
// as JSON.
//
// Code that prints tables, sentences and JSON belongs in this package: output.go prints results,
// progress.go shows the progress of a long subcommand. The texts of one subcommand belong in the
// package of this subcommand: engine/process/ops/projections, engine/process/ops/workflows,
// engine/process/ops/messages or engine/process/ops/chainverbs.
//
// Package output starts no goroutine. With -json, package output must never print anything except
// JSON to standard output.
package output
