// Package projector is the process that works beside the API process. It keeps the projections up
// to date, and relays the messages of the outbox to the broker. It adds links to the chain (hashes
// over the log), compares the log with the chain, and takes snapshots of long streams. Several such
// processes may run on one database: they share the work, and if one of them dies, the others take
// over its work.
//
// Code that connects the parts of the projector process belongs in this package. A service passes
// the list of its projections, which belong in the service's internal/read. The operator's
// subcommands are in engine/process/ops.
//
// In reading order: config.go has the values from the service and from the environment;
// projector.go starts all parts and runs them together; open.go opens the database and checks it;
// worker.go opens the database once more, with the login that runs the jobs of workflows; relay.go,
// chain.go and snapshots.go build the parts, and encrypted.go warns of connections that are not
// encrypted.
//
// Run returns when its context ends, or with an error after which the process must not continue,
// such as a gap in the log. The projector must never append events with the login of DATABASE_URL:
// only workflows append, with the worker's login. The code of the parts is in engine/projection,
// engine/outbox, engine/chain and engine/snapshots/keeper.
package projector
