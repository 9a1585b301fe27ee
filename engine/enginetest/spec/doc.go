// Package spec expresses in tests what a service does, as given, when, then: for a decider
// (NewDecider), for a projection (NewProjection) and over HTTP (NewHTTP).
//
// The three forms belong here. Expectations do not: the package must never decide what is right;
// each test says that in full. In reading order: decider.go needs nothing but the two functions;
// projection.go runs a projection on a database and compares its rows; http.go sends requests to a
// handler and compares answers.
//
// Cases of a decider are parallel subtests. A projection runs until its test ends. Only tests may
// import it; the databases come from engine/enginetest/testdb, and engine/enginetest/contracttest
// checks a contract.
package spec
