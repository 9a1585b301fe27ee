// Package reading holds the benchmarks of queries: of reads of one account, and of the time from a
// write until a read shows that write.
package reading
