// Package catchup applies the events of the log to new tables of a projection without pauses, and
// reports the progress.
//
// Code that fills new tables belongs in catchup.go. Queries do not read these tables yet. Code that
// creates or switches tables belongs in engine/projection/rebuild. engine/projection/batch applies
// each batch.
//
// The Applier of a Runner writes the new tables and their checkpoint. Package catchup itself writes
// to the table parked_streams, if the live projection has discarded a stream. One goroutine uses a
// Runner, while its process has the session lock of the rebuild. Package catchup must never park a
// stream that the live projection has not discarded.
package catchup
