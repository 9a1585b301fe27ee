// Package keys stores the public keys of an OpenID Connect issuer in memory, and verifies
// signatures with them.
//
// Package keys reads the issuer's set of keys within limits of time and size. A token with an
// unknown key waits until a newer set was read. Package keys does not read a token's claims:
// engine/auth/claims reads the claims. engine/auth decides when the keys are read.
//
// In reading order: fetch.go reads the keys over HTTP; keys.go has Set, which verifies a
// signature, and lets tokens with unknown keys wait.
//
// Package keys has no table. A Set is safe for concurrent use, and reads the keys in a goroutine
// that it starts for each read. Package keys must never drop the known keys because the issuer
// can't be reached. A slow client or forged tokens must never delay a token with a known key.
package keys
