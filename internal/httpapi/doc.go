// Package httpapi implements the operations of api/openapi.yaml: it turns requests into commands
// and queries, and rows into answers. An operation is a method of server, in a file of its
// aggregate. The package must never decide a business rule, know SQL, or choose a status code
// except by a row in problems.
//
// An operation belongs here; generated code is alone in spec. The engine's part of the same idea is
// engine/edge, which every request passes first, with engine/edge/problem, which picks the status
// codes, and engine/auth, which reads the tokens.
package httpapi

//go:generate go tool -modfile=../../tools.mod oapi-codegen -config ../../api/oapi-codegen.yaml ../../api/openapi.yaml
