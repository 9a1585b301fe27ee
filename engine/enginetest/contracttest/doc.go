// Package contracttest compares every answer that a test gets with an OpenAPI document: its status,
// its headers, its media type and its body.
//
// Checking answers belongs here: contract.go has the document, answer.go checks headers and bodies,
// contracttest.go makes an HTTP client that checks, fuzz.go sends whatever a server would let
// through. The problems that a contract names are engine/enginetest/contracttest/problemlist.
// Checking requests does not belong here: that is engine/edge/contract, which serves. Only tests
// may import it.
package contracttest
