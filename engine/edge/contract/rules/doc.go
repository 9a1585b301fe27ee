// Package rules compares a value with its schema in the OpenAPI document, and words what is wrong
// with it.
//
// The rules of a schema, its formats and the sentences about them belong here. Finding the value
// does not: engine/edge/contract reads parameters and bodies. A sentence must never show the value:
// it may be personal.
//
// In reading order: problems.go collects what is wrong, field by field; formats.go checks dates,
// times and ids; wording.go words what a schema requires; visit.go compares a value with its
// schema.
//
// It has no state; a Problems belongs to one request. The form of the answer is
// engine/edge/problem.
package rules
