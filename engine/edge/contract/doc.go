// Package contract answers one question: is a request what the OpenAPI document allows? A rule
// that is added to the document is checked from then on.
//
// Reading the document belongs here, and nowhere else in the engine. An operation's meaning does
// not: the package must never know what an operation does.
//
// In reading order: contract.go reads the document and finds a request's operation; body.go reads
// a body and checks it by its schema; decode.go decodes JSON strictly; timestamps.go checks dates
// and times; rules.go words what is wrong with a field.
//
// A Contract never changes after Read and may be used by many goroutines. A wrong field is an
// error of engine/edge/problem; the caller is engine/edge. Tests hold answers to the same document
// by engine/enginetest/contracttest.
package contract
