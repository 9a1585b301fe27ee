// Package reading contains the benchmarks of queries. They measure reads of one account, and the
// time from a write until a read shows that write.
package reading
