// Package edgetest has a contract that the tests of engine/edge serve, so that they need no
// service's.
//
// The document openapi.yaml and the little that reads it, edgetest.go, belong here. A test does
// not: those are beside the code. Only tests may import it. Answers are held to the contract by
// engine/enginetest/contracttest.
package edgetest
