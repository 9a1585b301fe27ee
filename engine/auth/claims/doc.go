// Package claims reads the claims of a token by their exact names. Package claims refuses a
// token that two programs could read differently.
//
// Package claims, in claims.go, has all rules about a token's content: it refuses a name that
// occurs twice, an ID token, and a type that is not accepted. engine/auth/keys checks the
// signature. engine/auth calls both packages.
//
// Package claims has no table and no state. The errors of package claims are logged, so an error
// must never contain the value of a claim.
package claims
