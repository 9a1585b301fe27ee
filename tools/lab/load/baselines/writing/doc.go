// Package writing holds the benchmarks of commands: by number of clients, by number of streams,
// under overload, and the largest rate of the database.
package writing
