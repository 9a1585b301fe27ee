// Package api is the process that serves the HTTP API: it opens both databases, checks them, checks
// the access of requests, and appends the events that the service decides. Several processes may
// run on one database.
//
// Put the wiring of the API process in this package. Operations and aggregates belong in the
// service, which Config.Wire joins to the log.
//
// In reading order: config.go has what the service passes, what the service is joined to and what
// the environment sets; api.go starts everything, in order, and runs all parts together; open.go
// opens the pools; opened.go joins handlers, snapshots and keys to the log.
//
// Run returns when its context ends, or with the first error after which the process must not go
// on. Package api must never change the schema: engine/process/migrate does. The stack of handlers
// is in engine/edge, the check of tokens in engine/process/door.
package api
