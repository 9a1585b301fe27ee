// Package contract answers one question: does a request conform to the OpenAPI document? A rule
// that is added to the document is checked from then on.
//
// Reading the document belongs here and in its two parts, and nowhere else in the engine:
// engine/edge/contract/rules compares a value with its schema, and engine/edge/contract/strictjson
// decodes a body. An operation's meaning does not belong here: the package must never know what an
// operation does.
//
// In reading order: operation.go has Operation, what the document says about a route; body.go reads
// a body, and checks it; check.go checks a whole request; contract.go reads the document.
//
// A Contract never changes after Read and may be used by many goroutines. A wrong field is an error
// of engine/edge/problem; the caller is engine/edge/conform. Tests compare answers with the same
// document by engine/enginetest/contracttest.
package contract
