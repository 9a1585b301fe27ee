// Package test checks the layout of this repository (layout_test.go), and the form of the pages of
// docs/decisions (decisions_test.go). Its folders test the service from outside: over HTTP, on a
// real PostgreSQL, with the built programs.
//
// A test of several of the service's packages together belongs in a folder here; a test of one
// package stands beside its code. The engine's part of the same idea is engine/test, which tests
// the engine's guarantees on a domain of its own, and engine/enginetest, which both use: a database
// for each test, the suites of contracts, and specs of given, when and then.
package test
