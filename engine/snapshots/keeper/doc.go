// Package keeper takes snapshots: it follows the log, notices streams that have grown long, and
// keeps their states in a table.
//
// Taking snapshots belongs here. Finding one does not: that is engine/snapshots, which has the key
// and the reader that the two share.
//
// In reading order: keeper.go has the Keeper; take.go folds a stream and writes its state;
// follow.go follows the log from a cursor.
//
// Its tables are snapshots and snapshot_cursor. Keeper.Run may run in several processes: one of
// them works, by a session lock; engine/process/projector runs it. It must never write a row that
// does not agree with the log: a log that went back is searched again.
package keeper
