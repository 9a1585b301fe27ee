// Package tokens checks that the API accepts the issuer's tokens, and no tokens with other
// signatures.
package tokens
