// Package edge is the stack that an HTTP API stands behind: it names, counts, logs and bounds
// requests, lets in those that may come in, holds them to the contract, has reads wait for what
// they must reflect, and answers errors as problems.
//
// Handling that every operation has in common belongs here. An operation does not: those are in a
// service's internal/httpapi, and the package knows them by the contract alone. It must never
// decide a business rule, nor know SQL.
//
// In reading order: router.go has Stack, and its method routes lists the handlers in the order of
// a request; request.go names the request, observe.go counts, logs and recovers, addresses.go
// bounds what one address may send, authorize.go checks the token and its scope, admit.go has the
// request wait for its turn. Operations call command.go for a command, and for a query
// min_position.go, which waits until the read model reflects a position, waiting.go, which bounds
// such waits, and parked.go. respond.go answers an error. epoch.go tells clients of a log that
// went back; probes.go and docs.go are what needs no operation. options.go says what a service
// hands in.
//
// It has no table and starts nothing by itself. The parts are engine/edge/admission,
// engine/edge/contract, engine/edge/problem and engine/edge/query; commands go on to
// engine/command, and the process around it is engine/ops/api.
package edge
