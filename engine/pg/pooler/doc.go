// Package pooler answers one question: can sessions work with what is between the program and the
// server? It looks for a pooler that takes sessions or prepared statements away, and for one that
// connects to several servers.
//
// Checks that need two connections, or the simple protocol, belong here. A server's own settings do
// not: those are engine/pg/settings.
//
// In reading order: pooler.go compares the sessions of two connections, locks.go takes one advisory
// lock in two sessions.
//
// A check ends within seconds, and closes what it has opened; nothing keeps running. It must never
// take a connection of a program's pool. The callers are engine/pg when it opens a pool, and
// engine/process/projector.
package pooler
