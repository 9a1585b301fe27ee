// Package past answers one question: which events of a topic does the log have after a position, for a
// reader that is behind what is in memory?
//
// Pages of the table belong here, small ones, so that thousands of readers need little memory, and their
// turns, so that readers far behind leave connections for queries. Recent events do not: they are in
// engine/feed/ring.
//
// past.go is all of it. It reads the log, writes nothing and starts nothing. A Past may be used by many
// goroutines. It must never hold a connection while a client takes its page in.
package past
