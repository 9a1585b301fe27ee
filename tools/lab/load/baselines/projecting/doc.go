// Package projecting holds the benchmarks of programs that follow the log: the projector, the
// outbox relay and the linker of the hash chain. Package projecting also holds the benchmarks about
// personal data and about long logs.
package projecting
