// Package catchup brings new tables of a projection to the log's end, as fast as they allow, and
// reports its progress.
//
// Projecting into tables that do not serve yet belongs here. Their shape, and what becomes of them,
// do not: that is engine/projection/rebuild. A batch is applied by engine/projection/batch.
//
// Its one file is catchup.go. Its Applier writes the stage's checkpoint and tables; beside that it
// writes parked_streams, for a stream that was discarded in service. A Runner is used by one
// goroutine, under the lock of the rebuild. It must never park a stream that the projection in
// service has not discarded.
package catchup
