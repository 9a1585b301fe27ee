// Package versions answers one question: how does a client get a row of a read model, and then each
// later version of it?
//
// The package watches the events of the row's stream, waits until the read model has applied them,
// and reads the row again. How a streaming answer is sent is in engine/edge/live; the operation of a
// service supplies the function that reads the row, which also checks whose row it is.
//
// All code of the package is in versions.go. The package has no table and starts no goroutine: an
// answer is sent by the goroutine of its request. The package must never send a version that is
// older than one that it has sent, nor leave a later version out for good (docs/decisions/0024).
package versions
