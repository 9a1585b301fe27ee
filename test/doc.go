// Package test checks the layout of this repository (layout_test.go), and the form of the pages of
// docs/decisions (decisions_test.go). The folders below test/ contain tests of the service from
// outside: over HTTP, on a real PostgreSQL, with the built programs.
//
// A test that needs several packages of the service belongs in a folder below test/. A test of one
// package belongs beside the code of that package. The engine's tests are in engine/test, which
// tests the engine's guarantees on its own domain. engine/enginetest has what all tests use: a
// database for each test, the suites of contracts, and specs of given, when and then.
package test
