// Package epoch sets the header Log-Epoch of an answer to the epoch of the log, and refuses a query
// that names another epoch. An epoch is the name of one history of the log. After the restore of a
// backup, the log has another epoch, because an old position may now belong to another event.
//
// Package epoch reads the header from requests and sets the header in answers. engine/eventlog
// finds out the current epoch of the log. An answer must never name a newer epoch than the epoch of
// the log from which the answer was read.
//
// In reading order: epochs.go has Epochs; guard.go sets the epoch in an answer, and compares the
// epoch of a query with the log's epoch, before and after the query reads.
//
// A Guard is safe for concurrent use. engine/edge uses its handlers. engine/edge/waiting limits the
// number of queries that wait for an epoch.
package epoch
