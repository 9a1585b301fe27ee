// Package edgetest has a contract that the tests of engine/edge serve, so that they need no
// contract of a service.
//
// The document openapi.yaml and the code that reads it, edgetest.go, belong here. Tests do not:
// they are beside the code that they test. Only tests may import it. engine/enginetest/contracttest
// compares answers with the contract.
package edgetest
