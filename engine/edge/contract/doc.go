// Package contract answers one question: is a request what the OpenAPI document allows? A rule
// that is added to the document is checked from then on.
//
// Reading the document belongs here and in its two parts, and nowhere else in the engine: a value is
// held to its schema by engine/edge/contract/rules, and a body is decoded by
// engine/edge/contract/strictjson. An operation's meaning does not belong here: the package must
// never know what an operation does.
//
// In reading order: operation.go has Operation, what the document says of a route; body.go reads a
// body, and holds it to its schema; check.go does all of a request; contract.go reads the document.
//
// A Contract never changes after Read and may be used by many goroutines. A wrong field is an
// error of engine/edge/problem; the caller is engine/edge/conform. Tests hold answers to the same
// document by engine/enginetest/contracttest.
package contract
