// Package httpapi is the service's face: it turns requests into commands and
// queries, and rows into answers, as api/openapi.yaml says. It must never decide
// a business rule, know SQL, or choose a status code outside respond.go.
//
// A request passes observe.go (name, log, metrics, panics), contract.go (is it
// what the contract allows?) and one method of server, in a file
// of its domain: accounts_*.go, customers_*.go.
package httpapi

//go:generate go tool -modfile=../../tools.mod oapi-codegen -config ../../api/oapi-codegen.yaml ../../api/openapi.yaml
