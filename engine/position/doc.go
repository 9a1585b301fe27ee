// Package position answers one question: up to which position of the log does the answer to a query
// include all events? With this package, a query can wait until a projection has reached a given
// position. A query can also read its rows together with the position that the projection has
// reached.
//
// The position of a projection is its checkpoint. The package only reads checkpoints;
// engine/projection writes them. The SQL of a read model is in a service's internal/read;
// engine/edge has the HTTP headers in which a client sends and receives positions.
//
// In reading order: model.go reads rows of a read model and their position in one statement;
// poller.go waits until a projection has reached a position (docs/decisions/0003).
//
// The package reads the tables checkpoints and parked_streams, on a pool that may connect to a
// replica. A Poller reads positions only while a query waits; otherwise it has no running
// goroutine. The process that answers queries must not contain the code of projections, so this
// package must never import engine/projection.
package position
