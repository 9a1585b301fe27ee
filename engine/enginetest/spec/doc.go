// Package spec expresses in tests what a service does, as given, when, then: for a decider
// (NewDecider), for a projection (NewProjection) and over HTTP (NewHTTP).
//
// Put these three forms in this package. Expectations belong in the tests: package spec must never
// decide what is right. In reading order: decider.go needs only the two functions of an aggregate;
// projection.go runs a projection on a database and compares its rows; http.go sends requests to a
// handler and compares answers.
//
// Cases of a decider are parallel subtests. A projection runs until its test ends. Only tests may
// import package spec; the databases come from engine/enginetest/testdb, and
// engine/enginetest/contracttest checks a contract.
package spec
