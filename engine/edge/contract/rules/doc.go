// Package rules compares a value with its schema in the OpenAPI document, and writes an error
// message for each difference.
//
// Package rules knows what a schema can require, including formats such as date-time, and has the
// texts of the errors. engine/edge/contract reads parameters and bodies. The text of an error must
// never contain the value, which may be personal data.
//
// In reading order: problems.go collects the errors of all fields; formats.go checks dates, times
// and UUIDs; wording.go says in words what a schema requires; visit.go compares a value with its
// schema.
//
// Package rules has no state. A Problems collects the errors of one request only.
// engine/edge/problem defines the form of an error in the answer.
package rules
