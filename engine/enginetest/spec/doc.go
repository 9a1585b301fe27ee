// Package spec says in tests what a service does, as given, when, then: of a decider (NewDecider), of a projection
// (NewProjection) and over HTTP (NewHTTP). It must never decide what is right: each test says that in full.
package spec
