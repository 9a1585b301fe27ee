// Package auth answers one question: which subject sends a request, and what may that subject do,
// by the token that the request brings?
//
// Checking tokens of an OpenID Connect issuer belongs here. Ownership does not: the domain decides
// whether an account belongs to a subject (docs/decisions/0010), so this package must never decide
// that.
//
// In reading order: auth.go has Caller, and Check, the function that others take; issuer.go is the
// Check for an issuer: it discovers where the issuer's keys are and reads them again and again. The
// parts are engine/auth/claims, which reads strictly what a token says, and engine/auth/keys, which
// verifies its signature.
//
// It has no table. Issuer.Run must run: it keeps the keys current. Check may be called by many
// goroutines. A request whose token could not be checked to the end is not let in.
//
// engine/auth/issuers names an issuer's subjects in the log; engine/edge/access calls Check for
// each request, and engine/process/door configures it.
package auth
