// Package claims reads what a token says, by the exact names of its claims and in the one way that
// nobody else can read differently.
//
// The rules of what a token says, whatever its signature, belong here, all of it in claims.go:
// names that come twice, an ID token, a type that is not taken. Whether the signature is good does
// not: that is engine/auth/keys. The caller is engine/auth.
//
// It has no table and no state. It must never say what a claim's value is: its errors go to the
// log.
package claims
