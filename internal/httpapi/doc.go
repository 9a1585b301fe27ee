// Package httpapi implements the operations of api/openapi.yaml: it turns requests into commands
// and queries, and rows into answers. An operation is a method of the type server, in a file named
// after its aggregate. The package must never decide a business rule or contain SQL, and must
// choose a status code only by an entry in the variable problems.
//
// Put operations in this package; only generated code belongs in the folder spec. The related
// packages of the engine are engine/edge, whose handlers each request passes first,
// engine/edge/problem, which chooses the status codes, and engine/auth, which checks the tokens.
package httpapi

//go:generate go tool -modfile=../../tools.mod oapi-codegen -config ../../api/oapi-codegen.yaml ../../api/openapi.yaml
