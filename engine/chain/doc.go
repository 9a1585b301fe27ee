// Package chain answers one question: was the log changed behind the service's back? It chains the
// log by hashes: each link covers the events after the link before it, and its hash covers that
// link's hash.
//
// Links, and adding them, belong here. Appending does not: the Linker follows the log, so that an
// append pays nothing for it (docs/decisions/0011). An event that no link covers yet is not
// protected. Comparing the log with the chain is engine/chain/verify; encryption of personal data
// is engine/personal.
//
// In reading order: link.go has a Link, and the link that follows it; linker.go has the Linker,
// which adds a link for new events; head.go has the chain's end, signed, to be kept where nobody
// who can change the database can change it.
//
// Its table is chain_links, one row per link. Linker.Run may run in several processes: one of them
// works, by a session lock. It must never make a new chain over a log whose chain is gone.
//
// The log is engine/eventlog; engine/process/projector runs the Linker, and engine/process/ops has
// the operator's verbs.
package chain
