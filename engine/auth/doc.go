// Package auth answers one question: which subject sends a request, and which scopes does that
// subject have, according to the request's token?
//
// Package auth checks the tokens of an OpenID Connect issuer. Package auth must never decide
// whether a subject may access an object such as an account: the domain decides this
// (docs/decisions/0010).
//
// In reading order: auth.go has Caller, and the function type Check, which other packages call;
// issuer.go has Issuer, which implements Check for one issuer. An Issuer regularly asks the issuer
// for the address of its keys, and reads the keys. engine/auth/claims reads the claims of a token
// strictly, and engine/auth/keys verifies the signature of a token.
//
// Package auth has no table. A process must call Issuer.Run, which reads the issuer's keys
// regularly. Issuer.Check is safe for concurrent use. If a token can't be checked, the request is
// refused.
//
// engine/auth/issuers distinguishes the subjects of several issuers in the log; engine/edge/access
// calls Check for each request, and engine/process/door configures the Issuer.
package auth
