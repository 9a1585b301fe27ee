// Package httpapi is the service's face: it turns requests into commands and
// queries, and rows into answers, as api/openapi.yaml says: an operation is a method
// of server, in a file of its aggregate. It must never decide a business rule, know SQL,
// or choose a status code but for a row in problems.
//
// An operation belongs here; generated code is alone in spec. The engine's part of the same
// idea is engine/edge, which every request passes before in the order of its routes, with
// engine/edge/problem, which picks the status codes, and engine/auth, which reads the tokens.
package httpapi

//go:generate go tool -modfile=../../tools.mod oapi-codegen -config ../../api/oapi-codegen.yaml ../../api/openapi.yaml
