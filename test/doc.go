// Package test checks the layout of this repository (layout_test.go) and the form of the pages in
// docs/decisions (decisions_test.go). The folders below test/ contain tests of the service from
// outside: they run the built programs on a real PostgreSQL server, and send HTTP requests to the
// programs.
//
// A test that needs several packages of the service belongs in a folder below test/. A test of one
// package belongs in the folder of that package. The tests of the engine are in engine/test, and
// use another domain than the service. The folder engine/enginetest has packages that all tests
// use: a database for each test, tests of interfaces, and tests in the form given, when, then.
package test
