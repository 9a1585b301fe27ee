// Package api is the process that answers over HTTP: it opens both databases, checks them, lets
// requests in, and appends what the service decides. Several processes may run.
//
// Its wiring belongs here. An operation and an aggregate do not: those are the service's, which
// Config.Wire joins to the log.
//
// In reading order: config.go has what the service passes, what it is joined to and what the
// environment sets; api.go starts everything, in order, and runs it together; open.go opens the
// pools; opened.go joins handlers, snapshots and keys to the log.
//
// Run returns when its context ends, or with the first error after which the process must not go
// on. It must never change the schema: engine/process/migrate does. The stack of handlers is
// engine/edge, the tokens are engine/process/door.
package api
