// Package login answers one question: who uses the console? Either the browser has exchanged the
// one-time token of a link for a cookie, or a proxy with a login of its own names the operator in a
// header.
//
// Code that authenticates an operator belongs in this package; engine/console/guard refuses the
// requests of other pages before. In reading order: login.go exchanges
// links, and checks sessions and forms; session.go has one session.
//
// Package login keeps only hashes of tokens and cookies, in memory: when the process ends, all
// sessions end. It has no table and starts no goroutine, and a Login is safe for concurrent use. A
// token must never work twice: after a use, Login makes another one and announces it, so that the
// operator sees each use of a link on the terminal.
package login
