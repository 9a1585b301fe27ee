// Package projector is the process beside the API: it keeps the projections up to date, relays the
// outbox to the broker, chains the log and compares it with its chain, and takes snapshots of long
// streams. Several may run: they share the work, and take over from one that dies.
//
// Its wiring belongs here. A projection does not: a service passes its list, from its
// internal/read. Verbs do not either: an operator runs them beside it, by engine/process/ops.
//
// In reading order: config.go has what the service passes and what the environment sets;
// projector.go starts all parts and runs them together; open.go opens the database and checks it;
// relay.go, chain.go and snapshots.go make the parts, and encrypted.go names connections that are
// not encrypted.
//
// Run returns when its context ends, or with an error after which the process must not go on, such
// as a log with a gap. It must never append. The parts are engine/projection, engine/outbox,
// engine/chain and engine/snapshots/keeper.
package projector
