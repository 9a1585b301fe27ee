// Package waiting makes a read wait until its answer can reflect what the client requires, such as
// the position in the header Min-Position. The number of waiting reads is limited, and a read uses
// no execution slot while it waits.
//
// Package waiting limits the waiting reads, and returns an error if a read has waited too long.
// engine/process/api passes the function that waits for the position of a read model. While a read
// waits, it must use no slot.
//
// In reading order: waiting.go has Waits, which limits all waiting reads; min_position.go waits for
// a position.
//
// All types are safe for concurrent use and start no goroutine. engine/edge uses package waiting to
// wait for a position, and engine/edge/epoch to wait for an epoch. engine/edge/turn has the slots.
package waiting
