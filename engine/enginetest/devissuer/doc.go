// Package devissuer is an OpenID Connect issuer for development and tests: it gives anybody a token
// for anything.
//
// Issuing tokens belongs here, in devissuer.go; its program is engine/enginetest/devissuer/issuer.
// Checking them does not: that is engine/auth. It keeps its key in memory and serves as an HTTP
// handler. It must never run where others can reach it, and cmd/api must never import it.
package devissuer
