// Package devissuer is an OpenID Connect issuer for development and tests. The issuer gives anybody
// a token with any subject and scope.
//
// Put code that issues tokens in devissuer.go; the program is engine/enginetest/devissuer/issuer.
// The check of tokens belongs in engine/auth. The Issuer has its key only in memory, and serves as
// an HTTP handler. The Issuer must never run where others can reach it, and cmd/api must never
// import package devissuer.
package devissuer
