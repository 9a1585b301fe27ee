// Package pooler answers one question: do sessions work through the pooler or proxy between the
// program and the server? The package detects a pooler that shares sessions or loses prepared
// statements, and a pooler that connects to several servers.
//
// Checks that need two connections or the simple protocol belong in this package. Checks of a
// server's settings belong in engine/pg/settings.
//
// In reading order: pooler.go compares the sessions of two connections; locks.go takes one advisory
// lock in two sessions.
//
// A check ends within seconds and closes the connections that it has opened. A check must never
// take a connection of a program's pool. engine/pg calls the checks when it opens a pool, and
// engine/process/projector calls them as well.
package pooler
