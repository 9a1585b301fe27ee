// Package access decides who gets in: each route asks for a scope or is open to everybody, a request
// brings a token that was given for the scope, and no subject and no address sends too much.
//
// The check of a token as a whole, and what is bounded by address or by subject before anything of a
// request is read, belong here. Reading a token does not: that is engine/auth. It must never decide
// what belongs to whom: the domain and the read models know (docs/decisions/0010).
//
// In reading order: rules.go has the routes that are open, and refuses a service with a route that
// has no rule; addresses.go bounds addresses, before the token; callers.go checks the token.
//
// All of it may be used by many goroutines and needs no Run. The counting is
// engine/edge/admission; the caller is engine/edge.
package access
