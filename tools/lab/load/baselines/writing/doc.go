// Package writing holds the benchmarks of commands. They measure the rate of writes with different
// numbers of clients and of streams, and under overload. They also measure the largest rate at
// which the database can insert.
package writing
