// Package keys has the public keys of an OpenID Connect issuer in memory, and verifies the
// signatures of tokens.
//
// Package keys reads the issuer's set of keys; a read fails if it takes longer than 5 s, or if the
// answer is larger than 1 MiB. If a token is signed with an unknown key, the check of the token
// waits until the keys were read again. engine/auth/claims reads the claims of a token. engine/auth
// reads the keys at intervals.
//
// In reading order: fetch.go reads the keys over HTTP; keys.go has the type Set, which verifies
// signatures.
//
// Package keys has no table. A Set is safe for concurrent use, and reads the keys in a goroutine
// that it starts for each read. While the issuer can't be reached, package keys must never drop the
// known keys. A slow client or forged tokens must never delay a token with a known key.
package keys
