// Package spec says in tests what a service does, as given, when, then: of a decider (NewDecider),
// of a projection (NewProjection) and over HTTP (NewHTTP).
//
// The three forms belong here. Expectations do not: the package must never decide what is right,
// for each test says that in full. In reading order: decider.go needs nothing but the two
// functions; projection.go runs a projection on a database and looks at its rows; http.go sends
// requests to a handler and looks at answers.
//
// Cases of a decider are parallel subtests. A projection runs until its test ends. Only tests may
// import it; the databases come from engine/enginetest/testdb, and a contract is checked by
// engine/enginetest/contracttest.
package spec
