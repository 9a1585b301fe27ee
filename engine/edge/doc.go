// Package edge is the stack of handlers in front of an HTTP API: it names, counts, logs and bounds
// requests, lets in those that may come in, checks them against the contract, makes reads wait for
// the position that they must reflect, and answers errors as problems.
//
// The order of the handlers belongs here, and the functions that an operation calls. A mechanism
// does not: each has a package below. An operation does not either: operations are in a service's
// internal/httpapi, and the package knows them by the contract alone. It must never decide a
// business rule, nor know SQL.
//
// In reading order: options.go has what a service hands in; stack.go has Stack, and makes its
// parts; secure.go and probes.go are the handlers that have no package of their own; routes.go
// lists all handlers in the order of a request, each with its reason; operation.go has the
// functions that an operation calls.
//
// The parts, as a request meets them: engine/edge/request, engine/edge/observe, engine/edge/epoch,
// engine/edge/conform with engine/edge/contract, engine/edge/access with engine/edge/admission,
// engine/edge/turn with engine/edge/queue, engine/edge/waiting, engine/edge/query, and, for failed
// requests, engine/edge/failure with engine/edge/problem. engine/edge/docs needs no operation.
//
// It has no table and starts nothing by itself. Commands go on to engine/command, and the process
// around it is engine/process/api.
package edge
