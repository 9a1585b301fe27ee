// Package contract answers one question: does a request conform to the OpenAPI document? If
// somebody adds a rule to the document, package contract checks that rule, too.
//
// Only package contract and the two packages below it read the document:
// engine/edge/contract/rules compares a value with its schema, and
// engine/edge/contract/strictjson decodes a body. Package contract must never know what an
// operation does.
//
// In reading order: operation.go has Operation, the part of the document about one route;
// body.go reads a body and checks it; check.go checks a whole request; contract.go reads the
// document.
//
// A Contract never changes after Read, and is safe for concurrent use. Errors in fields are
// reported as problem.Invalid (engine/edge/problem); engine/edge/conform calls package contract.
// Tests compare answers with the same document through engine/enginetest/contracttest.
package contract
