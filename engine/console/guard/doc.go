// Package guard protects the console from web pages of others that a browser of the operator shows:
// it checks the Host, the origin of each form, and the size of each request, and it forbids that
// another page frames the console.
//
// Code that refuses a request before anybody is authenticated belongs in this package. The login is
// in engine/console/login. All code is in guard.go.
//
// Package guard has no table and starts no goroutine. It must never pass on a request whose Host is
// not a name of the console: otherwise a web page whose name resolves to 127.0.0.1 could read the
// console (DNS rebinding).
package guard
