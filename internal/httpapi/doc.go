// Package httpapi is the service's face: it turns requests into commands and
// queries, and rows into answers, as api/openapi.yaml says: an operation is a method
// of server, in a file of its aggregate (accounts_*.go, customers_*.go). What every
// request passes before is engine/edge's, in the order of its routes; spec is generated.
// It must never decide a business rule, know SQL, or choose a status code but for a row
// in problems.
package httpapi

//go:generate go tool -modfile=../../tools.mod oapi-codegen -config ../../api/oapi-codegen.yaml ../../api/openapi.yaml
