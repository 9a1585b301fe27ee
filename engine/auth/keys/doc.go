// Package keys holds the public keys of an OpenID Connect issuer, and verifies signatures with
// them.
//
// Reading the issuer's set of keys, within bounds of time and size, and waiting for a newer set
// when a token is signed with an unknown key belong here. A token's claims do not: those are
// engine/auth/claims, and engine/auth decides when to read.
//
// In reading order: fetch.go reads the keys over HTTP; keys.go has Set, which verifies a signature,
// and makes tokens with unknown keys wait.
//
// It has no table. A Set may be used by many goroutines, and reads in a goroutine of its own when
// it is asked to. It must never drop the known keys because the issuer is away, nor let a slow
// client, or forged tokens, delay a token with a known key.
package keys
