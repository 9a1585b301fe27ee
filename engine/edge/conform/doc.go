// Package conform compares a request with the contract in three steps: it finds the operation of
// the route, receives the body, and checks the whole request. Other handlers run between the
// steps.
//
// Package conform has the three steps as handlers, in conform.go. engine/edge/contract knows the
// requirements of the contract. A request must pass all three steps, and a step must never
// depend on what an operation does.
//
// Package conform has no state and is safe for concurrent use. engine/edge calls it. Each step
// stores its result in the Request (engine/edge/request) for later handlers.
package conform
