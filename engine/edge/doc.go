// Package edge is the stack that an HTTP API stands behind: it names, counts, logs and bounds
// requests, lets in those that may come in, holds them to the contract, has reads wait for what
// they must reflect, and answers errors as problems.
//
// The order of the handlers belongs here, and what an operation calls. An idea of its own does not:
// each has a package below. An operation does not either: those are in a service's
// internal/httpapi, and the package knows them by the contract alone. It must never decide a
// business rule, nor know SQL.
//
// In reading order: options.go says what a service hands in; stack.go has Stack, and makes its parts;
// secure.go and probes.go are the handlers that are no package of their own; routes.go
// lists all handlers in the order of a request, each with its reason; operation.go is what an
// operation calls.
//
// The parts, as a request meets them: engine/edge/request, engine/edge/observe, engine/edge/epoch,
// engine/edge/conform with engine/edge/contract, engine/edge/access with engine/edge/admission,
// engine/edge/turn with engine/edge/queue, engine/edge/waiting, engine/edge/query, and, for answers
// that say no, engine/edge/failure with engine/edge/problem. engine/edge/docs needs no operation.
//
// It has no table and starts nothing by itself. Commands go on to engine/command, and the process
// around it is engine/process/api.
package edge
