// Package test holds the places of this repository to what they mean (layout_test.go), and the pages of
// docs/decisions to one form (decisions_test.go). Its folders try the service from outside: over HTTP, on a
// real PostgreSQL, with the programs as they are built.
//
// A test of several of the service's packages together belongs in a folder here; a test of one package
// stands beside its code. The engine's part of the same idea is engine/test, which tries the engine's
// guarantees on a domain of its own, and engine/enginetest, which is what both stand on: a database for
// each test, the suites of contracts, and specs of given, when and then.
package test
