// Package api is the process that serves the HTTP API. It opens and checks the databases of
// commands and of queries, and serves the operations of the service. It appends the events that the
// service decides. Several such processes may run on one database.
//
// Code that connects the parts of the API process belongs in this package. Operations and
// aggregates belong in the service, and Config.Wire connects them to the log.
//
// In reading order: config.go has the values from the service and from the environment, and the
// logs that the service gets; api.go starts everything, in order, and runs all parts together;
// open.go opens the pools; opened.go connects handlers, snapshots and keys to the log.
//
// Run returns when its context ends, or with the first error after which the process must not
// continue. Package api must never change the schema: only engine/process/migrate changes it. The
// stack of handlers is in engine/edge. engine/process/door sets up the check of tokens, and
// engine/auth checks the tokens.
package api
