// Package versions answers one question: how does a client get a row of a read model, and then each
// later version of it?
//
// The package watches the events of the row's stream, waits until the read model has applied them,
// and reads the row again. engine/edge/live sends streaming answers. The operation of a service
// supplies the function that reads the row, and that also checks whether the row is the caller's.
//
// All code of the package is in versions.go. The package has no table and starts no goroutine: an
// answer is sent by the goroutine of its request. The package must never send an older version
// after a newer one, and must send the newest version in the end (docs/decisions/0024).
package versions
