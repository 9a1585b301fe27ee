// Package edgetest has an OpenAPI contract for the tests of engine/edge. The tests serve this
// contract, so they do not need the contract of a real service.
//
// Package edgetest has the contract in openapi.yaml, and the functions that read it in edgetest.go.
// The tests of engine/edge are in the packages that they test. Only tests may import package
// edgetest. engine/enginetest/contracttest compares answers with the contract.
package edgetest
