// Package claims reads what a token says, by the exact names of its claims. It refuses a token that
// two programs could read differently.
//
// The rules about a token's content belong here, all of them in claims.go: a name that occurs
// twice, an ID token, a type that is not accepted. Checking the signature does not: that is
// engine/auth/keys. The caller is engine/auth.
//
// It has no table and no state. Its errors go to the log, so it must never put a claim's value into
// one.
package claims
