// Package access decides whether a request is allowed. Each route (a method and a path) either
// requires a scope or is open to everybody. If the route requires a scope, the request must have a
// token that grants the scope. Package access also limits the requests of each subject and of each
// client address.
//
// Package access checks the caller and the limits before the body of a request is read. engine/auth
// verifies the token. Package access must never decide whether a caller owns the requested data:
// the domain and the read models check ownership (docs/decisions/0010).
//
// In reading order: rules.go lists the routes that need no token, and checks that every other route
// requires a scope; addresses.go limits the requests of each address, before the token is checked;
// callers.go checks the token and limits the requests of each subject.
//
// All types are safe for concurrent use and start no goroutine. engine/edge/admission counts the
// requests. engine/edge adds the handlers of package access to the stack of HTTP handlers.
package access
