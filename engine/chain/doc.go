// Package chain answers one question: has anybody changed events in the log after the service
// appended them? Package chain makes a chain of hashes over the log. Each link of the chain covers
// the events after the previous link. The hash of a link is computed from these events and from the
// hash of the previous link.
//
// Package chain defines links and adds links to the chain. The Linker reads events after they were
// appended, so appends do not become slower (docs/decisions/0011). An event that no link covers yet
// is not protected. engine/chain/verify compares the log with the chain; engine/personal encrypts
// personal data.
//
// In reading order: link.go has Link, and computes the next link; linker.go has Linker, which adds
// links for new events; head.go has Head, the signed end of the chain. Operators store a Head
// outside of the database, where an attacker with write access to the database can't change it.
//
// The table of package chain is chain_links, with one row per link. Linker.Run may run in several
// processes; a session lock makes sure that only one of them adds links at a time. If somebody has
// deleted the chain, package chain must never make a new chain over the existing events, because
// these events may have been changed.
//
// engine/eventlog is the log; engine/process/projector runs the Linker, and engine/process/ops
// has the operators' commands.
package chain
