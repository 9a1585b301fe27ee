// Package conform compares a request with the OpenAPI contract in three steps: it finds the
// operation of the route, receives the body, and checks the whole request. Handlers of other
// packages run between the steps.
//
// Package conform has an HTTP handler for each of the three steps, in conform.go.
// engine/edge/contract knows what the contract requires. Every request for an operation must pass
// all three steps. A step must depend only on the contract, never on what an operation does.
//
// Package conform has no state and is safe for concurrent use. engine/edge uses its handlers. Each
// step stores its result in the Request (engine/edge/request) for later handlers.
package conform
