// Package catchup applies the log to new tables of a projection, as fast as the tables allow, and
// reports the progress.
//
// Put code that fills tables which do not serve queries yet in catchup.go. The shape of the tables,
// and the switch, belong in engine/projection/rebuild. A batch is applied by
// engine/projection/batch.
//
// The Applier of package catchup writes the stage's checkpoint and tables. Package catchup itself
// writes the table parked_streams, for a stream that was discarded in service. A Runner is used by
// one goroutine, under the lock of the rebuild. Package catchup must never park a stream that the
// projection in service has not discarded.
package catchup
