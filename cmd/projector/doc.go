// Command projector keeps the read tables up to date and relays the outbox to the broker. Several
// projectors may run: they share the work, and take over from one that dies.
//
// Only wiring belongs here. The run of main.go hands the service's events, projections and
// snapshots to the engine, and config.go lists what the environment sets. A projection belongs in
// internal/read. The engine's part of the same idea is engine/process/projector (the process),
// engine/projection (what follows the log), engine/outbox/relay and engine/chain (the chain of
// hashes); cmd/ops has the operator's verbs.
package main
