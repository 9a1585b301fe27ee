// Package chain answers one question: was the log changed by anybody but the service? Package
// chain makes a chain of hashes over the log: each link covers the events after the previous
// link, and the link's hash is computed from those events and from the previous link's hash.
//
// Package chain defines links and adds them. Package chain does not append events: the Linker
// reads the log after the appends, so that an append does not become slower
// (docs/decisions/0011). An event that no link covers yet is not protected. engine/chain/verify
// compares the log with the chain; engine/personal encrypts personal data.
//
// In reading order: link.go has Link, and computes the next link; linker.go has Linker, which
// adds links for new events; head.go has Head, the signed end of the chain. Operators keep a
// Head at a place that nobody with write access to the database can change.
//
// The table of package chain is chain_links, with one row per link. Linker.Run may run in
// several processes; a session lock makes sure that only one of them adds links at a time. If
// the chain of a log was deleted, package chain must never make a new chain over that log.
//
// engine/eventlog is the log; engine/process/projector runs the Linker, and engine/process/ops
// has the operators' commands.
package chain
