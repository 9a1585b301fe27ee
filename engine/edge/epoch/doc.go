// Package epoch tells clients which history of the log an answer belongs to (Log-Epoch), and turns
// queries away that ask for another one: a log goes back where a backup is restored, and positions
// are others' then.
//
// The header, in requests and in answers, belongs here. Finding out the epoch does not: engine/eventlog
// does, and its functions are handed in as Epochs. An answer must never be told to be of a newer epoch
// than that of the log which it was read from.
//
// In reading order: epochs.go has Epochs; guard.go tells an answer's, and compares a query's, before it
// reads and after.
//
// A Guard does not change, and may be used by many goroutines. The caller is engine/edge; a query that
// waits for a replica to get to its epoch does so in engine/edge/waiting.
package epoch
