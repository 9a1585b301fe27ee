// Package contracttest compares every HTTP answer that a test gets with an OpenAPI document: the
// status, the headers, the media type and the body.
//
// Checks of answers belong in this package. In reading order: contract.go has the document,
// answer.go checks headers and bodies, contracttest.go returns an HTTP client that checks each
// answer, fuzz.go sends arbitrary requests to a handler. Code for the problem codes of a contract
// belongs in engine/enginetest/contracttest/problemlist. Requests are checked by
// engine/edge/contract when a process serves them. Only tests may import package contracttest.
package contracttest
