// Package claims reads the claims of a token by their exact names. Package claims refuses a
// token that two programs could read differently.
//
// Package claims has all rules about the content of a token, in claims.go. For example, package
// claims refuses ID tokens, tokens with two claims of the same name, and tokens whose type is not
// accepted. engine/auth/keys checks the signature of a token. engine/auth calls both packages.
//
// Package claims has no table and no state. The errors of this package are logged, so an error must
// never contain the value of a claim.
package claims
