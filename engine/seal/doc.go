// Package seal answers one question: was the log changed behind the service's back, and where? It
// chains the log by hashes and compares the log with that chain.
//
// The chain and its comparison belong here. Appending does not: the sealer follows the log, so
// that an append pays nothing for it (docs/decisions/0011), and what is not in the chain yet is
// not protected. Encryption of personal data is engine/privacy.
//
// In reading order: seal.go has the Sealer, which adds a link to the chain for what has come;
// verify.go compares all of the log, or a part, with the chain; verifier.go does so a part at a
// time for as long as a process runs; head.go is the chain's end, signed, to be kept where nobody
// who can change the database can change it.
//
// Its table is seals. Sealer.Run may run in several processes: one of them works, by a session
// lock. Verifier.Run takes no lock: each process looks for itself, so that nobody can keep it from
// that. It must never make a chain anew over a log whose chain is gone.
//
// The log is engine/eventstore; engine/ops/projector runs both, and engine/ops/verbs has the
// operator's verbs.
package seal
