// Package chain answers one question: was the log changed behind the service's back? It chains the log
// by hashes: each link covers the events after the one before, and its hash the hash of that one.
//
// Links, and what makes them, belong here. Appending does not: the Linker follows the log, so
// that an append pays nothing for it (docs/decisions/0011), and what is not in the chain yet is
// not protected. Comparing the log with the chain is engine/chain/verify; encryption of personal data
// is engine/personal.
//
// In reading order: link.go has a Link, and the one that follows it; linker.go has the Linker, which
// adds one for what has come; head.go is the chain's end, signed, to be kept where nobody who can
// change the database can change it.
//
// Its table is chain_links, a link to a row. Linker.Run may run in several processes: one of them
// works, by a session lock. It must never make a chain anew over a log whose chain is gone.
//
// The log is engine/eventlog; engine/process/projector runs the Linker, and engine/process/ops has the
// operator's verbs.
package chain
