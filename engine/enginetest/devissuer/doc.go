// Package devissuer is an OpenID Connect issuer for development and tests. It gives everybody a
// token with any subject and any scopes.
//
// Code that issues tokens belongs in devissuer.go; the program is
// engine/enginetest/devissuer/issuer. Code that checks tokens belongs in engine/auth. An Issuer has
// its key only in memory, and serves requests as an HTTP handler. An Issuer must never run where
// other people can reach it, and cmd/api must never import package devissuer.
package devissuer
