// Package pooler answers one question: do sessions work through whatever is between the program and
// the server? The package detects a pooler that takes sessions or prepared statements away, and a
// pooler that connects to several servers.
//
// The package has the checks that need two connections or the simple protocol. engine/pg/settings
// checks the settings of a server.
//
// In reading order: pooler.go compares the sessions of two connections; locks.go takes one advisory
// lock in two sessions.
//
// A check ends within seconds, and closes the connections that it has opened; nothing keeps
// running. A check must never take a connection of a program's pool. engine/pg calls the checks
// when it opens a pool, and engine/process/projector calls them, too.
package pooler
