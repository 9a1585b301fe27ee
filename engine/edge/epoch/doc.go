// Package epoch tells clients to which history of the log an answer belongs (header Log-Epoch),
// and refuses a query that names another history. If a backup is restored, the log goes back,
// and the same positions may then belong to other events.
//
// Package epoch reads the header of requests and sets the header of answers. engine/eventlog
// knows the epoch of the log, and package epoch gets its functions as Epochs. An answer must
// never name a newer epoch than the one of the log from which the answer was read.
//
// In reading order: epochs.go has Epochs; guard.go sets the epoch of an answer, and compares the
// epoch of a query with that of the log, before and after the query reads.
//
// A Guard does not change and is safe for concurrent use. engine/edge calls it. A query that
// must wait until a replica reaches the query's epoch waits in engine/edge/waiting.
package epoch
