// Package rules compares a value with its schema in the OpenAPI document, and writes an error
// message for each difference.
//
// Package rules has the rules of schemas, the formats, and the texts of the errors.
// engine/edge/contract reads parameters and bodies. The text of an error must never contain the
// value, which may be personal data.
//
// In reading order: problems.go collects the errors, field by field; formats.go checks dates,
// times and ids; wording.go writes what a schema requires; visit.go compares a value with its
// schema.
//
// Package rules has no state; a Problems belongs to one request. engine/edge/problem has the
// form of the answer.
package rules
