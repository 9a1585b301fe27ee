// Package writing holds the benchmarks of commands. The benchmarks measure the rate of writes with
// different numbers of clients and of streams, and under overload. One benchmark measures the
// largest rate at which the database alone can insert the rows.
package writing
