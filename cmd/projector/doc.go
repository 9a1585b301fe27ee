// Command projector keeps the read models up to date, and sends the messages of the outbox to the
// broker. Several projectors may run at the same time and share the work. If a projector dies, the
// other projectors take over its work.
//
// Put only wiring in this folder: the function run of main.go passes the service's events,
// projections and snapshots to the engine, and config.go lists the environment variables.
// Projections belong in internal/read. The related packages of the engine are
// engine/process/projector (the process), engine/projection (the loop that follows the log),
// engine/outbox/relay and engine/chain (the chain of hashes); cmd/ops has the operator's
// subcommands.
package main
