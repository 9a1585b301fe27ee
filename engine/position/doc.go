// Package position answers one question: which position of the log does a read reflect? A query
// waits for a position here, and reads its rows together with the position that they reflect.
//
// Waiting for a checkpoint and reading it beside rows belong here. Moving it does not: that is
// engine/projection. The SQL of a read model stays in a service's internal/read; the headers that a
// client sends and gets are engine/edge's.
//
// In reading order: model.go reads rows of a read model and their position in one statement;
// poller.go waits until a projection is at a position (docs/decisions/0003).
//
// It reads checkpoints and parked_streams, on a pool that may connect to a replica. A Poller looks
// only while a query waits; nothing else runs. It is linked into the process that answers, so it
// must never import engine/projection.
package position
