// Package rules holds a value to its schema in the OpenAPI document, and words what is wrong with it.
//
// The rules of a schema, its formats and the sentences about them belong here. Where a value comes from
// does not: engine/edge/contract reads parameters and bodies. A sentence must never show the value: it
// may be a person's.
//
// In reading order: problems.go collects what is wrong, field by field; formats.go checks dates, times
// and ids; wording.go says what a schema asks for; visit.go holds a value to it.
//
// It has no state; Problems is one request's. engine/edge/problem has the form of what is said.
package rules
