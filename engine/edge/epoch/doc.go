// Package epoch tells clients which history of the log an answer belongs to (Log-Epoch), and
// refuses queries that ask for another one. A log goes back where a backup is restored, and
// positions may then belong to other events.
//
// The header, in requests and in answers, belongs here. Finding out the epoch does not:
// engine/eventlog does, and its functions are handed in as Epochs. An answer must never name a
// newer epoch than that of the log from which it was read.
//
// In reading order: epochs.go has Epochs; guard.go sets an answer's epoch, and compares a query's,
// before the query reads and after.
//
// A Guard does not change, and may be used by many goroutines. The caller is engine/edge; a query
// that waits until a replica reaches its epoch waits in engine/edge/waiting.
package epoch
