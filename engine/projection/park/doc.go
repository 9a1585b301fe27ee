// Package park is the operator's view of the streams that a projection has parked: it lists them,
// applies the events that they have missed, or gives them up.
//
// Everything that is done with a parked stream belongs here. Parking one does not:
// engine/projection/batch does that when it meets an event that can't be applied. The verbs over it
// are in engine/process/ops.
//
// In reading order: parked.go lists parked streams and discards one; retry.go applies what one has
// missed, step by step, and lets it go on.
//
// Its table is parked_streams; each change of it locks the row of checkpoints, so that the
// projecting process reads it again. Nothing runs by itself, and everything may run beside the
// Projector of engine/projection. It must never skip an event of a stream that is not discarded.
package park
