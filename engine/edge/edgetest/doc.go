// Package edgetest has a contract that the tests of engine/edge serve, so that these tests need
// no contract of a service.
//
// Package edgetest has the document openapi.yaml, and edgetest.go, which reads it. The tests of
// engine/edge are in the packages that they test. Only tests may import package edgetest.
// engine/enginetest/contracttest compares answers with the contract.
package edgetest
