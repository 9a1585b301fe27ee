// Package spec lets a test describe behavior in the form given, when, then. A test can describe a
// decider (NewDecider), a decision over several streams (NewSeveral) or over the events with given
// tags (NewBoundary), a workflow (NewWorkflow), a projection (NewProjection) and an HTTP API
// (NewHTTP).
//
// Code that runs such tests belongs in this package. Expectations belong in the tests: package spec
// must never decide what is right. In reading order: decider.go tests the two functions of an
// aggregate; several.go and boundary.go test decisions over several streams; workflow.go tests the
// functions of a workflow; projection.go runs a projection on a database and compares its rows;
// http.go sends requests to a handler and compares answers.
//
// ExampleNewWorkflow shows the cases of a workflow. The cases of a decider are parallel subtests.
// A projection runs until its test ends. Only tests may import package spec. The databases come
// from engine/enginetest/testdb, and engine/enginetest/contracttest compares answers with a
// contract.
package spec
