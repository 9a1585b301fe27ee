// Package edge has the stack of HTTP handlers that a request passes before an operation of the API
// gets the request. The handlers give each request an id, and count and log the request. They limit
// the requests of each client, check the token, and compare the request with the OpenAPI contract.
// They make a read wait for the position that the read must reflect, and answer errors with problem
// details (RFC 9457).
//
// Package edge defines the order of the handlers, and has the functions that an operation calls.
// Each mechanism has its own package below engine/edge. The operations are in a service's
// internal/httpapi; package edge knows the operations only from the contract. Package edge must
// never decide a business rule and never use SQL.
//
// In reading order: options.go has the Options that a service sets; stack.go has Stack, which
// creates its parts; secure.go and probes.go have handlers that need no package of their own;
// routes.go lists all handlers in their order, with a reason for this order; operation.go has the
// functions that an operation calls.
//
// A request first passes engine/edge/request, engine/edge/observe, engine/edge/epoch, and
// engine/edge/access with engine/edge/admission. Then it passes engine/edge/conform with
// engine/edge/contract, engine/edge/turn with engine/edge/queue, engine/edge/waiting and
// engine/edge/query. Some of these packages have several handlers: routes.go shows their exact
// order. If the request fails, engine/edge/problem with engine/edge/problem/respond answers it.
// engine/edge/docs serves the docs page, which is not an operation of the contract.
//
// Package edge has no table and starts no goroutine. engine/command executes the commands, and
// engine/process/api is the process that serves the API.
package edge
