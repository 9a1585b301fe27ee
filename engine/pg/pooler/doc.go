// Package pooler answers one question: is what lies between us and the server one that our sessions
// can live with? It looks for a pooler that takes sessions or prepared statements away, and for
// one that leads to several servers.
//
// Looks that take two connections, or the simple protocol, belong here. What a server's own settings
// say does not: that is engine/pg/settings.
//
// In reading order: pooler.go compares the sessions of two connections, locks.go has two sessions
// take one advisory lock.
//
// A look ends within seconds, and closes what it has opened; nothing runs on. It must never take a
// connection of a pool of ours. The callers are engine/pg when it opens a pool, and
// engine/process/projector.
package pooler
