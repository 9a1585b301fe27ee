// Package auth answers one question: which subject sends a request, and which scopes does that
// subject have, according to the request's token?
//
// Package auth checks the tokens of an OpenID Connect issuer. Package auth does not know who
// owns an account: the domain decides whether an account belongs to a subject
// (docs/decisions/0010), and package auth must never decide it.
//
// In reading order: auth.go has Caller, and the function type Check, which other packages call;
// issuer.go has Issuer, which implements Check for one issuer: an Issuer discovers the address
// of the issuer's keys, and reads the address and the keys at intervals. Package auth uses
// engine/auth/claims, which reads the claims of a token strictly, and engine/auth/keys, which
// verifies the token's signature.
//
// Package auth has no table. A process must call Issuer.Run, which keeps the keys current.
// Issuer.Check is safe for concurrent use. If a check can't be completed, the request is
// refused.
//
// engine/auth/issuers names an issuer's subjects in the log; engine/edge/access calls Check for
// each request, and engine/process/door configures the Issuer.
package auth
