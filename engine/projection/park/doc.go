// Package park has what an operator does with the streams that a projection has parked: list them,
// apply the events that they have missed, or discard them.
//
// Put everything that is done with a parked stream in this package. The batch that meets an event
// which can't be applied parks its stream, in engine/projection/batch. The operator's verbs belong
// in engine/process/ops.
//
// In reading order: parked.go lists parked streams and discards one; retry.go applies the events
// that a stream has missed, step by step, and lets the stream go on.
//
// The table of package park is parked_streams. Each change of this table locks the projection's row
// of the table checkpoints, so that the process which runs the projection reads the parked streams
// again. Package park starts no goroutine, and its functions may run beside the Projector of
// engine/projection. Package park must never skip an event of a stream that is not discarded.
package park
