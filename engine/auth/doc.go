// Package auth answers one question: which subject calls, by the token that it brings, and what
// does that let it do?
//
// Checking tokens of an OpenID Connect issuer belongs here. Ownership does not: whether an account
// belongs to a subject the domain decides (docs/decisions/0010), so this package must never decide
// that.
//
// In reading order: auth.go has Caller, and Check, the function that others take; issuer.go is the
// Check for an issuer: it discovers where the issuer's keys are and has them read again and again.
// The parts are engine/auth/claims, which reads strictly what a token says, and engine/auth/keys,
// which verifies its signature.
//
// It has no table. Issuer.Run must run: it keeps the keys current. Check may be called by many
// goroutines. A token whose check could not be finished lets nobody in.
//
// How an issuer's subjects are named in the log is engine/auth/issuers; engine/edge/access calls
// Check for each request, and engine/process/door configures it.
package auth
