// Package position answers one question: which position of the log does a read reflect? With this
// package, a query waits until a projection has reached a position, and reads rows together with
// the position that they reflect.
//
// The package waits for a checkpoint, and reads a checkpoint beside rows. engine/projection moves
// checkpoints. The SQL of a read model is in a service's internal/read; engine/edge has the headers
// in which a client sends and receives positions.
//
// In reading order: model.go reads rows of a read model and their position in one statement;
// poller.go waits until a projection has reached a position (docs/decisions/0003).
//
// The package reads the tables checkpoints and parked_streams, on a pool that may connect to a
// replica. A Poller reads positions only while a query waits; nothing else keeps running. The
// process that answers queries links this package, so the package must never import
// engine/projection.
package position
