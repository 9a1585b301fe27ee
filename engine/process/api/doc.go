// Package api is the process that answers over HTTP: it opens both databases, sees to it that they
// are as they must be, lets in who may come in, and appends what the service decides. Several may
// run.
//
// Its wiring belongs here. An operation and an aggregate do not: those are the service's, which
// Config.Wire joins to the log.
//
// In reading order: config.go says what the service hands in, what it is joined to and what the environment sets; api.go
// starts everything, in order, and runs it together; open.go opens the pools; opened.go joins
// handlers, snapshots and keys to the log.
//
// Run returns when its context ends, or with the first error that makes going on wrong. It must
// never change the schema: engine/process/migrate does. The stack of handlers is engine/edge, the
// tokens are engine/process/door's.
package api
