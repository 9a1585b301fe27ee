// Package writing holds the contests (benchmarks) that measure commands: by number of clients, by
// number of streams, under overload, and the largest rate of the database.
package writing
