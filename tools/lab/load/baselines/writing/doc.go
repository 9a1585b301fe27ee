// Package writing holds the contests of commands: by number of clients, by number of streams, under
// overload, and the ceiling of the database.
package writing
