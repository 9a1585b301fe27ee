// Package access decides which requests get in: each route requires a scope or is open to
// everybody, a request brings a token that grants the scope, and no subject and no address may send
// too much.
//
// Checking a token as a whole, and the bounds for an address or a subject that apply before
// anything of a request is read, belong here. Reading a token does not: that is engine/auth. It
// must never decide ownership: the domain and the read models know it (docs/decisions/0010).
//
// In reading order: rules.go has the open routes, and refuses a service with a route that has no
// rule; addresses.go bounds addresses, before the token; callers.go checks the token.
//
// All of it may be used by many goroutines and needs no Run. The counting is engine/edge/admission;
// the caller is engine/edge.
package access
