// Package projector is the process beside the API: it keeps the projections up to date, relays the
// outbox to the broker, chains the log and compares it with its chain, and takes snapshots of long
// streams. Several processes may run on one database: they share the work, and take over the work
// of one that dies.
//
// Put the wiring of the projector process in this package. A service passes its list of
// projections, which belong in its internal/read. The operator's verbs are in engine/process/ops.
//
// In reading order: config.go has what the service passes and what the environment sets;
// projector.go starts all parts and runs them together; open.go opens the database and checks it;
// relay.go, chain.go and snapshots.go build the parts, and encrypted.go warns of connections that
// are not encrypted.
//
// Run returns when its context ends, or with an error after which the process must not go on, such
// as a gap in the log. The projector must never append events. The parts are in engine/projection,
// engine/outbox, engine/chain and engine/snapshots/keeper.
package projector
