// Package writing holds the contests that measure commands: by number of clients, by number of
// streams, under overload, and the largest rate of the database.
package writing
