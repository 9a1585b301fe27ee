// Package keys holds the public keys of an OpenID Connect issuer, and verifies signatures by them.
//
// Reading the issuer's set of keys, within bounds of time and size, and waiting for a newer set
// where a token is signed by a key that is not known belong here. A token's claims do not: those
// are engine/auth/claims, and engine/auth decides when to read.
//
// In reading order: fetch.go reads the keys over HTTP; keys.go has Set, which verifies a signature,
// and lets tokens of unknown keys wait.
//
// It has no table. A Set may be used by many goroutines, and reads in one of its own when it is
// asked to. It must never drop the keys that are known because the issuer is away, nor let a
// client that hangs, or tokens that are made up, hold up a token of a known key.
package keys
