// Package projecting holds the contests (benchmarks) about programs that follow the log: the
// projector, the outbox relay and the linker of the hash chain. Package projecting also holds the
// contests about personal data and about long logs.
package projecting
