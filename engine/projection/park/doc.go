// Package park lets an operator list parked streams (streams whose events are not applied), apply
// the events that these streams have missed, or discard a stream.
//
// This package has the functions that the operator's commands call for parked streams.
// engine/projection/batch parks a stream, when a batch has an event that can't be applied. The
// commands themselves belong in engine/process/ops.
//
// In reading order: parked.go lists parked streams and discards one; retry.go applies the events
// that a stream has missed, step by step, and then ends the parking of the stream.
//
// The table of package park is parked_streams. Each change of this table also changes the
// projection's row of the table checkpoints. So the process that runs the projection reads the
// parked streams again. Package park starts no goroutine, and its functions may run while the
// Projector of engine/projection runs. Package park must never skip an event of a stream that waits
// for a retry.
package park
