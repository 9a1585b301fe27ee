// Package epoch tells clients to which history of the log an answer belongs (header Log-Epoch), and
// refuses a query that names another history. After the restore of a backup the same positions may
// belong to other events.
//
// Package epoch reads and sets the header. Functions of engine/eventlog find out the log's epoch. An
// answer must never name a newer epoch than that of the log that it was read from.
//
// In reading order: epochs.go has Epochs; guard.go sets the epoch of an answer, and compares the
// epoch of a query with that of the log, before and after the query reads.
//
// A Guard is safe for concurrent use. engine/edge calls it; engine/edge/waiting has waiting queries.
package epoch
