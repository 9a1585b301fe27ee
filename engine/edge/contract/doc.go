// Package contract answers one question: does a request conform to the OpenAPI document? If a rule
// is added to the document, package contract checks the rule without a change of code.
//
// Package contract and the packages in its folder are the only ones that interpret the document:
// engine/edge/contract/rules compares a value with its schema, and engine/edge/contract/strictjson
// decodes a body. Package contract must never depend on what an operation does.
//
// In reading order: operation.go has Operation, the part of the document about one route; body.go
// reads and checks the body of a request; check.go checks a whole request; contract.go parses the
// document.
//
// A Contract never changes after Read, and is safe for concurrent use. The errors in a request are
// returned as problem.Invalid (engine/edge/problem). engine/edge/conform calls package contract.
// Tests use engine/enginetest/contracttest to compare answers with the document.
package contract
