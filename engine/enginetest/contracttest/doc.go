// Package contracttest holds every answer that a test gets to an OpenAPI document: its status, its
// headers, its media type and its body.
//
// Checking answers belongs here: problems.go lists the problems that a contract names and those that
// tests have been answered, contract.go has the document, answer.go checks headers and bodies,
// contracttest.go makes an HTTP client that checks, fuzz.go asks for whatever a server would let
// through. Checking requests does not: that is engine/edge/contract,
// which serves. Only tests may import it.
package contracttest
