// Package contracttest compares every answer that a test gets with an OpenAPI document: its status,
// its headers, its media type and its body.
//
// Put checks of answers in this package: contract.go has the document, answer.go checks headers and
// bodies, contracttest.go returns an HTTP client that checks answers, fuzz.go sends any request
// that a server would pass to a handler. The problems of a contract belong in
// engine/enginetest/contracttest/problemlist. Requests are checked by engine/edge/contract, when a
// process serves. Only tests may import package contracttest.
package contracttest
