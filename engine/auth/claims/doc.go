// Package claims reads the claims of a token by their exact names. It refuses a token that two
// programs could read differently.
//
// Package claims, in claims.go, has all rules about a token's content: it refuses a name that
// occurs twice, an ID token, and a type that is not accepted. engine/auth/keys checks the
// signature. engine/auth calls both packages.
//
// Package claims has no table and no state. Its errors are logged, so it must never put a
// claim's value into an error.
package claims
