// Package reading holds the contests (benchmarks) that measure queries: reads of one account, and
// the time from a write until a read shows that write.
package reading
