// Package access decides which requests are allowed. Each route either requires a scope or is
// open to everybody. If the route requires a scope, the request must have a token that grants
// the scope. The number of requests of each subject and of each address is limited.
//
// Package access checks the caller of a request, and applies the limits for an address or a
// subject before the body of the request is read. engine/auth reads the token. Package access
// must never decide ownership, which the domain and the read models check (docs/decisions/0010).
//
// In reading order: rules.go lists the open routes, and rejects an API that has a route without
// a rule; addresses.go limits addresses, before the token is checked; callers.go checks the
// token and limits subjects.
//
// All types are safe for concurrent use and need no Run. engine/edge/admission counts the
// requests; engine/edge calls package access.
package access
